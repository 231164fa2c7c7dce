import type {KnownKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {Item, Saved} from '../snapshots/item.js'
import type {InternalTimer} from './internal-timer-service.js'

/** A timer in a queue. */
export class HeapTimer<N extends Namespace> implements InternalTimer<N>, Item {
  stamp = 0
  saved: Saved | undefined = undefined
  /** Timers of one timestamp fire in this order. */
  order = 0
  readonly key: unknown
  readonly mapKey: MapKey
  readonly keyGroup: number
  /** The next timer of the same key and timestamp, in another namespace. */
  next: HeapTimer<N> | undefined = undefined

  constructor(
    readonly timestampMs: number,
    readonly namespace: N,
    key: KnownKey,
  ) {
    this.key = key.key
    this.mapKey = key.mapKey
    this.keyGroup = key.keyGroup
  }
}
