import type {PlainRows} from '../../../state/index.js'
import type {NumberCells} from './number-cells.js'

/** Words of 32 bits in a slot, and where what is. */
const WORDS = 4
const PLACE = 0
const KEY = 1
/** Of the doubles: two in a slot. */
const VALUE = 1

const INITIAL_SLOTS = 64

/**
 * Numbers by key, where keys are integers of 32 bits: an element looks at one line of memory.
 *
 *   slots   [place + 1 | key | value: f64]   16 bytes, linear probing, at most three quarters full
 */
export class IntCells implements NumberCells<number> {
  size = 0
  private mask = INITIAL_SLOTS - 1
  readonly wordsPerSlot = WORDS
  words = new Int32Array(INITIAL_SLOTS * WORDS)
  private values = new Float64Array(this.words.buffer)
  /** Of `append`. */
  private freeSlot = 0
  private missing = 0

  takes(key: unknown): key is number {
    return typeof key === 'number' && (key | 0) === key
  }

  find(key: number): number {
    const {words, mask} = this
    let slot = slotOf(key, mask)
    for (let at = slot * WORDS; words[at + PLACE] !== 0; at = slot * WORDS) {
      if (words[at + KEY] === key) return slot
      slot = (slot + 1) & mask
    }
    this.freeSlot = slot
    this.missing = key
    return -1
  }

  get(cell: number): number {
    return this.values[2 * cell + VALUE]
  }

  set(cell: number, value: number): void {
    this.values[2 * cell + VALUE] = value
  }

  append(value: number): void {
    this.put(this.freeSlot, ++this.size, this.missing, value)
    if (this.size * 4 > this.mask * 3) this.grow()
  }

  write(words: Int32Array, slots: Int32Array, namespace: number, rows: PlainRows): void {
    const doubles = words === this.words ? this.values : new Float64Array(words.buffer)
    for (const slot of slots) rows.putNumber(words[slot * WORDS + KEY], namespace, doubles[2 * slot + VALUE])
  }

  *all(): Generator<readonly [number, number], void> {
    const {words, values} = this
    for (const slot of this.slotsInOrder()) yield [words[slot * WORDS + KEY], values[2 * slot + VALUE]]
  }

  private put(slot: number, place: number, key: number, value: number): void {
    this.words[slot * WORDS + PLACE] = place
    this.words[slot * WORDS + KEY] = key
    this.values[2 * slot + VALUE] = value
  }

  private grow(): void {
    const {words, values, mask} = this
    const slotCount = 2 * (mask + 1)
    this.mask = slotCount - 1
    this.words = new Int32Array(slotCount * WORDS)
    this.values = new Float64Array(this.words.buffer)
    for (let old = 0; old <= mask; old++) {
      const place = words[old * WORDS + PLACE]
      if (place === 0) continue
      const key = words[old * WORDS + KEY]
      let slot = slotOf(key, this.mask)
      while (this.words[slot * WORDS + PLACE] !== 0) slot = (slot + 1) & this.mask
      this.put(slot, place, key, values[2 * old + VALUE])
    }
  }

  private slotsInOrder(): Int32Array {
    const {words, mask} = this
    const slots = new Int32Array(this.size)
    for (let slot = 0; slot <= mask; slot++) {
      const place = words[slot * WORDS + PLACE]
      if (place !== 0) slots[place - 1] = slot
    }
    return slots
  }
}

/** Spreads keys that differ in few bits. */
function slotOf(key: number, mask: number): number {
  const hash = Math.imul(key, 0x9e3779b1)
  return (hash ^ (hash >>> 15)) & mask
}
