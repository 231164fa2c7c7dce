import type {OrderedStore} from '../../core/index.js'
import {EntryCache} from './entry-cache.js'

export interface StateStorageOptions {
  readonly store: OrderedStore
  /** Rows that are kept in memory as objects, estimated. */
  readonly cacheBytes: number
}

/** Where all operators of a slot keep state that is not in memory: one store, and one cache of rows before it. */
export class StateStorage {
  readonly store: OrderedStore
  readonly cache: EntryCache
  private owners = 0

  constructor({store, cacheBytes}: StateStorageOptions) {
    this.store = store
    this.cache = new EntryCache(cacheBytes)
  }

  /** The first part of all keys of one operator's attempt. */
  newOwner(): number {
    return this.owners++
  }
}
