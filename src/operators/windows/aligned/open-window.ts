import type {CurrentKey} from '../../../state/index.js'
import type {TimeWindow} from '../time-window.js'
import type {Fold} from './fold.js'

type MapKey = CurrentKey['currentMapKey']

/**
 * One window with the values of all keys that have elements in it, in the order in which the keys first came.
 *
 *   slots  key ─▶ i        keys[i]   values[i]
 *
 * Numbers as values are stored without a heap object each: V8 keeps an array of numbers only as raw doubles or small integers.
 */
export class OpenWindow {
  /** The watermark has passed the end: every further element fires at once. */
  isFired = false
  readonly keys: unknown[] = []
  readonly values: unknown[] = []
  private readonly slots = new Map<MapKey, number>()

  constructor(readonly window: TimeWindow) {}

  /** Adds an element of a key that has some already and answers its place, or -1. */
  tryAdd(mapKey: MapKey, element: unknown, fold: Fold): number {
    const slot = this.slots.get(mapKey)
    if (slot === undefined) return -1
    this.values[slot] = fold.add(this.values[slot], element)
    return slot
  }

  /** Adds the first element of a key. */
  addFirst(key: CurrentKey, element: unknown, fold: Fold): number {
    const value = fold.first(element)
    const slot = this.keys.length
    this.slots.set(key.currentMapKey, slot)
    this.keys.push(key.currentKey)
    this.values.push(value)
    return slot
  }
}
