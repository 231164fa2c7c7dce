import type {MapKey} from '../keys/map-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {Item, Saved} from '../snapshots/item.js'

/** The state of one key in one namespace. It keeps its key, so that snapshots and visits need no way back from the map key. */
export class Entry<V> implements Item {
  stamp = 0
  saved: Saved | undefined = undefined

  constructor(
    readonly key: unknown,
    public value: V,
    readonly keyGroup: number,
    readonly home: KeyTable<V>,
  ) {}
}

/** The entries of one namespace, of all key groups. */
export class KeyTable<V> {
  readonly entries = new Map<MapKey, Entry<V>>()
  /** The next table whose namespace has the same hash. */
  next: KeyTable<V> | undefined = undefined

  constructor(readonly namespace: Namespace) {}
}
