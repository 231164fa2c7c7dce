import type {MapKey} from '../keys/map-key.js'
import type {Namespace} from '../keys/namespace.js'

/** The state of one key in one namespace. It keeps its key, so that snapshots and visits need no way back from the map key. */
export class Entry<V> {
  constructor(
    readonly key: unknown,
    public value: V,
  ) {}
}

/** The entries of one key group in one namespace. */
export class KeyTable<V> {
  readonly entries = new Map<MapKey, Entry<V>>()
  /** The next table whose namespace has the same hash. */
  next: KeyTable<V> | undefined = undefined

  constructor(
    readonly namespace: Namespace,
    readonly keyGroup: number,
  ) {}
}
