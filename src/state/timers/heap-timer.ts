import type {CurrentKey, KnownKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {InternalTimer} from './internal-timer-service.js'

/** A timer in a queue. */
export class HeapTimer<N extends Namespace> implements InternalTimer<N>, KnownKey {
  readonly key: unknown
  readonly mapKey: MapKey
  readonly keyGroup: number
  /** The next timer of the same key and timestamp, in another namespace. */
  next: HeapTimer<N> | undefined = undefined

  constructor(
    readonly timestampMs: number,
    readonly namespace: N,
    key: CurrentKey,
  ) {
    this.key = key.currentKey
    this.mapKey = key.currentMapKey
    this.keyGroup = key.currentKeyGroup
  }
}
