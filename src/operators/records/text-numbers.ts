/** Words of 32 bits in a slot, and doubles in a slot. */
const WORDS = 8
const DOUBLES = 4
/** What the words of a slot are; the number is the double in the middle. */
const PLACE = 0
const LENGTH = 1
const FIRST = 2
const SECOND = 3
const NUMBER = 2
const HASH = 6
const UNITS_SEEN = 7
/** Texts of so many characters, all of them latin1, are in their slot. */
const SHORT_MAX = 8
const LATIN1_MAX = 0xff
/** Texts that are decoded at once. */
const DECODED_MAX = 1024

const INITIAL_SLOTS = 64
const INITIAL_UNITS = 64

/**
 * Numbers by text, in the order in which the texts first came, without an object for any of them: what is held here is nothing to the garbage
 * collector, and a look-up reads one line of memory.
 *
 *   const cell = numbers.find(text)
 *   if (cell < 0) numbers.append(first) else numbers.set(cell, next)
 *
 *   slots   [place + 1 | length | characters 1–4 | characters 5–8 | number: f64 | hash | all units, or-ed]   32 bytes, linear probing
 *           longer texts, and those beyond latin1:  [place + 1 | −length | where in `units` | 0 | …]
 *   units   UTF-16 units of these, one text after the other
 *
 * A Map of records costs 1.6 to 2 times as much for the words of a text (2026-11-21, see README).
 */
export class TextNumbers {
  /** Texts held. */
  size = 0
  private mask = INITIAL_SLOTS - 1
  private words = new Int32Array(INITIAL_SLOTS * WORDS)
  private numbers = new Float64Array(this.words.buffer)
  private units = new Uint16Array(INITIAL_UNITS)
  private unitsUsed = 0
  /** Of `append`. */
  private readonly missing = {
    slot: 0,
    hash: 0,
    length: 0,
    first: 0,
    second: 0,
    seen: 0,
    text: undefined as string | undefined,
  }

  /** Bytes of the texts that are not in their slots. */
  get textBytes(): number {
    return 2 * this.unitsUsed
  }

  takes(key: unknown): key is string {
    return typeof key === 'string'
  }

  /** Where the number of the text is until the next `append`, or -1. */
  find(text: string): number {
    const {length} = text
    if (length > SHORT_MAX) return this.findLong(text)
    let first = 0
    let second = 0
    let seen = 0
    let at = 0
    for (const end = Math.min(length, 4); at < end; at++) {
      const unit = text.charCodeAt(at)
      seen |= unit
      first = (first << 8) | unit
    }
    for (; at < length; at++) {
      const unit = text.charCodeAt(at)
      seen |= unit
      second = (second << 8) | unit
    }
    return seen > LATIN1_MAX ? this.findLong(text) : this.findShort(first, second, length, seen)
  }

  get(cell: number): number {
    return this.numbers[cell * DOUBLES + NUMBER]
  }

  set(cell: number, value: number): void {
    this.numbers[cell * DOUBLES + NUMBER] = value
  }

  /** The number of the text that was looked for last, and that was not here. */
  append(value: number): void {
    const {words, missing} = this
    const {slot, text} = missing
    const at = slot * WORDS
    if (text !== undefined) {
      missing.first = this.unitsUsed
      missing.seen = this.keep(text)
      missing.text = undefined
    }
    words[at + PLACE] = ++this.size
    words[at + LENGTH] = missing.length
    words[at + FIRST] = missing.first
    words[at + SECOND] = missing.second
    words[at + HASH] = missing.hash
    words[at + UNITS_SEEN] = missing.seen
    this.numbers[slot * DOUBLES + NUMBER] = value
    if (this.size * 4 > this.mask * 3) this.grow()
  }

  /** Texts and numbers in the order in which the texts came; afterwards nothing is held. Nothing is added meanwhile. */
  *take(): Generator<readonly [text: string, value: number], void> {
    const places = this.slotsInOrder()
    for (let from = 0; from < places.length; from += DECODED_MAX) {
      const slots = places.subarray(from, from + DECODED_MAX)
      const texts = this.textsOf(slots)
      for (let i = 0; i < slots.length; i++) yield [texts[i], this.numbers[slots[i] * DOUBLES + NUMBER]]
    }
    this.clear()
  }

  private clear(): void {
    this.size = 0
    this.unitsUsed = 0
    this.words.fill(0)
  }

  /** Plain numbers: an object would be one for each record. */
  private findShort(first: number, second: number, length: number, seen: number): number {
    const {words, mask} = this
    const hash = mix(first ^ (Math.imul(second, 0x9e3779b1) + length))
    let slot = hash & mask
    for (let at = slot * WORDS; words[at + PLACE] !== 0; at = slot * WORDS) {
      if (words[at + FIRST] === first && words[at + SECOND] === second && words[at + LENGTH] === length) return slot
      slot = (slot + 1) & mask
    }
    const {missing} = this
    missing.slot = slot
    missing.hash = hash
    missing.length = length
    missing.first = first
    missing.second = second
    missing.seen = seen
    missing.text = undefined
    return -1
  }

  private findLong(text: string): number {
    const {words, mask} = this
    const hash = hashOf(text)
    let slot = hash & mask
    for (let at = slot * WORDS; words[at + PLACE] !== 0; at = slot * WORDS) {
      if (words[at + HASH] === hash && words[at + LENGTH] === -text.length && this.isAt(words[at + FIRST], text))
        return slot
      slot = (slot + 1) & mask
    }
    const {missing} = this
    missing.slot = slot
    missing.hash = hash
    missing.length = -text.length
    missing.second = 0
    missing.text = text
    return -1
  }

  private isAt(from: number, text: string): boolean {
    const {units} = this
    for (let i = 0; i < text.length; i++) if (units[from + i] !== text.charCodeAt(i)) return false
    return true
  }

  /** Appends a text to `units`; answers its units or-ed. */
  private keep(text: string): number {
    const end = this.unitsUsed + text.length
    if (end > this.units.length) {
      const units = new Uint16Array(2 * end)
      units.set(this.units.subarray(0, this.unitsUsed))
      this.units = units
    }
    let seen = 0
    for (let i = 0; i < text.length; i++) seen |= this.units[this.unitsUsed + i] = text.charCodeAt(i)
    this.unitsUsed = end
    return seen
  }

  private grow(): void {
    const {words, mask} = this
    const slotCount = 2 * (mask + 1)
    this.mask = slotCount - 1
    this.words = new Int32Array(slotCount * WORDS)
    this.numbers = new Float64Array(this.words.buffer)
    for (let old = 0; old <= mask; old++) {
      if (words[old * WORDS + PLACE] === 0) continue
      const slot = this.freeSlot(words[old * WORDS + HASH])
      for (let i = 0; i < WORDS; i++) this.words[slot * WORDS + i] = words[old * WORDS + i]
    }
  }

  private freeSlot(hash: number): number {
    let slot = hash & this.mask
    while (this.words[slot * WORDS + PLACE] !== 0) slot = (slot + 1) & this.mask
    return slot
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

  /** Texts of latin1 are decoded as one and cut. */
  private textsOf(slots: Int32Array): string[] {
    const {words} = this
    const texts: string[] = new Array(slots.length)
    const bytes: number[] = []
    for (const slot of slots) if (words[slot * WORDS + UNITS_SEEN] <= LATIN1_MAX) this.appendBytes(slot, bytes)
    const joined = Buffer.from(bytes).toString('latin1')
    let from = 0
    for (let i = 0; i < slots.length; i++) {
      const at = slots[i] * WORDS
      const length = Math.abs(words[at + LENGTH])
      if (words[at + UNITS_SEEN] > LATIN1_MAX) texts[i] = this.wideText(words[at + FIRST], length)
      else texts[i] = joined.substring(from, (from += length))
    }
    return texts
  }

  private appendBytes(slot: number, bytes: number[]): void {
    const {words, units} = this
    const at = slot * WORDS
    const length = words[at + LENGTH]
    const first = words[at + FIRST]
    if (length < 0) for (let i = 0; i < -length; i++) bytes.push(units[first + i])
    else
      for (let i = 0; i < length; i++)
        bytes.push(i < 4 ? byteOf(first, i, length) : byteOf(words[at + SECOND], i - 4, length - 4))
  }

  private wideText(from: number, length: number): string {
    const {buffer, byteOffset} = this.units
    return Buffer.from(buffer, byteOffset + 2 * from, 2 * length).toString('utf16le')
  }
}

/** Character `index` of at most four in a word that `length` of them were shifted into. */
function byteOf(word: number, index: number, length: number): number {
  return (word >>> (8 * (Math.min(length, 4) - 1 - index))) & LATIN1_MAX
}

function hashOf(text: string): number {
  let hash = text.length
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

/** Spreads all bits over the lower ones. */
function mix(word: number): number {
  let hash = Math.imul(word, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
