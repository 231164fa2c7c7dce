import type {PlainRows} from '../../state/index.js'

/** Words of 32 bits in a slot, and doubles in a slot. */
const WORDS = 8
const DOUBLES = 4
/** What the words of a slot are; the number is the double in the middle. */
const PLACE = 0
const LENGTH = 1
const FIRST = 2
const SECOND = 3
const NUMBER = 2
const THIRD = 6
const FOURTH = 7
/** Of a text that is not in its slot. */
const FROM = 2
const HASH = 6
const UNITS_SEEN = 7
/** Texts of so many characters, all of them latin1, are in their slot. */
const SHORT_MAX = 16
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
 *   slots   [place + 1 | length | characters 1–4 | 5–8 | number: f64 | 9–12 | 13–16]   32 bytes, linear probing
 *           longer texts, and those beyond latin1:  [place + 1 | −length | where in `units` | 0 | number | hash | all units, or-ed]
 *   units   UTF-16 units of these, one text after the other
 *
 * A Map of records costs twice as much for the words of a text (2026-11-21, see README).
 */
export class TextNumbers {
  /** Texts held. */
  size = 0
  private mask = INITIAL_SLOTS - 1
  readonly wordsPerSlot = WORDS
  words = new Int32Array(INITIAL_SLOTS * WORDS)
  private numbers = new Float64Array(this.words.buffer)
  private units = new Uint16Array(INITIAL_UNITS)
  private unitsUsed = 0
  /** Of `append`. */
  private readonly missing = {
    slot: 0,
    length: 0,
    first: 0,
    second: 0,
    third: 0,
    fourth: 0,
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
    for (const end = Math.min(length, 8); at < end; at++) {
      const unit = text.charCodeAt(at)
      seen |= unit
      second = (second << 8) | unit
    }
    let third = 0
    let fourth = 0
    if (length > 8) {
      for (const end = Math.min(length, 12); at < end; at++) {
        const unit = text.charCodeAt(at)
        seen |= unit
        third = (third << 8) | unit
      }
      for (; at < length; at++) {
        const unit = text.charCodeAt(at)
        seen |= unit
        fourth = (fourth << 8) | unit
      }
    }
    return seen > LATIN1_MAX ? this.findLong(text) : this.findShort(length, first, second, third, fourth)
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
    words[at + PLACE] = ++this.size
    words[at + LENGTH] = missing.length
    words[at + FIRST] = text === undefined ? missing.first : this.unitsUsed
    words[at + SECOND] = missing.second
    words[at + THIRD] = missing.third
    words[at + FOURTH] = text === undefined ? missing.fourth : this.keep(text)
    this.numbers[slot * DOUBLES + NUMBER] = value
    missing.text = undefined
    if (this.size * 4 > this.mask * 3) this.grow()
  }

  /** Texts and numbers in the order in which the texts came; afterwards nothing is held. Nothing is added meanwhile. */
  *take(): Generator<readonly [text: string, value: number], void> {
    yield* this.all()
    this.clear()
  }

  /** The same, and they are held on. */
  *all(): Generator<readonly [text: string, value: number], void> {
    const places = this.slotsInOrder()
    for (let from = 0; from < places.length; from += DECODED_MAX) {
      const slots = places.subarray(from, from + DECODED_MAX)
      const texts = this.textsOf(this.words, slots)
      for (let i = 0; i < slots.length; i++) yield [texts[i], this.numbers[slots[i] * DOUBLES + NUMBER]]
    }
  }

  /** Puts down texts and numbers of slots. `words` are those of this table, of before it grew, or a copy. */
  write(words: Int32Array, slots: Int32Array, namespace: number, rows: PlainRows): void {
    const numbers = words === this.words ? this.numbers : new Float64Array(words.buffer)
    const units = new Uint8Array(this.units.buffer)
    for (const slot of slots) {
      const at = slot * WORDS
      const length = Math.abs(words[at + LENGTH])
      const isIn = !isWide(words, at)
      if (isIn) this.addBytes(words, at, 0)
      const text = isIn
        ? {bytes: decoded, from: 0, units: length, isWide: false}
        : {bytes: units, from: 2 * words[at + FROM], units: length, isWide: true}
      rows.putText(text, namespace, numbers[slot * DOUBLES + NUMBER])
    }
  }

  private clear(): void {
    this.size = 0
    this.unitsUsed = 0
    this.words.fill(0)
  }

  /** Plain numbers: an object would be one for each record. */
  private findShort(length: number, first: number, second: number, third: number, fourth: number): number {
    const {words, mask} = this
    let slot = hashOfWords(length, first, second, third, fourth) & mask
    for (let at = slot * WORDS; words[at + PLACE] !== 0; at = slot * WORDS) {
      if (
        words[at + FIRST] === first &&
        words[at + SECOND] === second &&
        words[at + LENGTH] === length &&
        words[at + THIRD] === third &&
        words[at + FOURTH] === fourth
      )
        return slot
      slot = (slot + 1) & mask
    }
    const {missing} = this
    missing.slot = slot
    missing.length = length
    missing.first = first
    missing.second = second
    missing.third = third
    missing.fourth = fourth
    missing.text = undefined
    return -1
  }

  private findLong(text: string): number {
    const {words, mask} = this
    const hash = hashOf(text)
    let slot = hash & mask
    for (let at = slot * WORDS; words[at + PLACE] !== 0; at = slot * WORDS) {
      if (words[at + LENGTH] === -text.length && words[at + HASH] === hash && this.isAt(words[at + FROM], text))
        return slot
      slot = (slot + 1) & mask
    }
    const {missing} = this
    missing.slot = slot
    missing.length = -text.length
    missing.second = 0
    missing.third = hash
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
      const slot = this.freeSlot(hashAt(words, old * WORDS))
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
  private textsOf(words: Int32Array, slots: Int32Array): string[] {
    const texts: string[] = new Array(slots.length)
    let byteCount = 0
    for (const slot of slots)
      if (!isWide(words, slot * WORDS)) byteCount = this.addBytes(words, slot * WORDS, byteCount)
    const joined = decoded.toString('latin1', 0, byteCount)
    let from = 0
    for (let i = 0; i < slots.length; i++) {
      const at = slots[i] * WORDS
      const length = Math.abs(words[at + LENGTH])
      if (isWide(words, at)) texts[i] = this.wideText(words[at + FROM], length)
      else texts[i] = joined.substring(from, (from += length))
    }
    return texts
  }

  /** Adds the characters of a text to `decoded`; answers how many there are then. */
  private addBytes(words: Int32Array, at: number, from: number): number {
    const length = words[at + LENGTH]
    const end = from + Math.abs(length)
    if (end > decoded.length) decoded = Buffer.concat([decoded], 2 * end)
    if (length < 0) for (let i = 0; i < -length; i++) decoded[from + i] = this.units[words[at + FROM] + i]
    else
      for (let i = 0; i < length; i++) decoded[from + i] = byteOf(words[at + WORD_OF[i >> 2]], i & 3, length - (i & ~3))
    return end
  }

  private wideText(from: number, length: number): string {
    const {buffer, byteOffset} = this.units
    return Buffer.from(buffer, byteOffset + 2 * from, 2 * length).toString('utf16le')
  }
}

/** Characters of texts that are decoded together. */
let decoded = Buffer.alloc(16 * DECODED_MAX)

const WORD_OF = [FIRST, SECOND, THIRD, FOURTH]

/** Character `index` of at most four in a word that `length` of them were shifted into. */
function byteOf(word: number, index: number, length: number): number {
  return (word >>> (8 * (Math.min(length, 4) - 1 - index))) & LATIN1_MAX
}

function hashOf(text: string): number {
  let hash = text.length
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

function hashOfWords(length: number, first: number, second: number, third: number, fourth: number): number {
  const tail = third ^ Math.imul(fourth, 0x85ebca77)
  return mix((first ^ Math.imul(second, 0x9e3779b1)) + Math.imul(tail, 0xc2b2ae3d) + length)
}

function hashAt(words: Int32Array, at: number): number {
  const length = words[at + LENGTH]
  if (length < 0) return words[at + HASH]
  return hashOfWords(length, words[at + FIRST], words[at + SECOND], words[at + THIRD], words[at + FOURTH])
}

function isWide(words: Int32Array, at: number): boolean {
  return words[at + LENGTH] < 0 && words[at + UNITS_SEEN] > LATIN1_MAX
}

/** Spreads all bits over the lower ones. */
function mix(word: number): number {
  let hash = Math.imul(word, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
