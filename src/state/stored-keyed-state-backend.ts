import {LocalKeyedStateBackend, type LocalKeyedStateOptions, type LocalTable} from './local-keyed-state-backend.js'
import type {SnapshotSource} from './snapshots/snapshot-source.js'
import type {StateMeta} from './snapshots/state-meta.js'
import {RowValues} from './stored/row-values.js'
import type {StateStorage} from './stored/state-storage.js'
import {StoreSpace} from './stored/store-space.js'
import {StoredCleanup} from './stored/stored-cleanup.js'
import {StoredSource} from './stored/stored-source.js'
import {StoredTable} from './stored/stored-table.js'

export interface StoredKeyedStateBackendOptions extends LocalKeyedStateOptions {
  readonly storage: StateStorage
  /** Entries that may differ from the store. Default: 131,072, about half a second's writing. */
  readonly dirtyMax?: number
}

const DIRTY_MAX = 131_072

/**
 * Keyed state in an ordered store on disk, with the rows that were used last in memory: Flink's `rocksdb` backend. The layout is drawn at
 * StoreSpace and StoredTable.
 */
export class StoredKeyedStateBackend extends LocalKeyedStateBackend {
  private readonly space: StoreSpace
  private readonly stored: StoredTable<unknown>[] = []

  constructor(options: StoredKeyedStateBackendOptions) {
    super(options)
    const {dirtyMax = DIRTY_MAX} = options
    this.space = new StoreSpace({storage: options.storage, dirtyMax})
  }

  override close(): void {
    this.space.clear()
    for (const table of this.stored.splice(0)) table.clearMemory()
  }

  protected createTable(meta: StateMeta): LocalTable {
    const values = new RowValues(meta, this.operatorName)
    const table = new StoredTable<unknown>({meta, state: this.stored.length, key: this, space: this.space, values})
    this.stored.push(table)
    const source = new StoredSource(meta, table)
    const cleanup = meta.hasTtl ? new StoredCleanup(table) : undefined
    return {meta, table, cleanup, source: source as SnapshotSource & StoredSource}
  }
}
