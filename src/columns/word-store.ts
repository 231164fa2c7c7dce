import {LOWER_ASCII, SAME_BYTE} from './ascii.js'

/** What is looked up: bytes [start, end) of `bytes`; `raw` for a chunk that is not yet normalised. */
export interface WordKey {
  bytes: Uint8Array
  start: number
  end: number
  raw: boolean
  /** Applied to each byte: `LOWER_ASCII` for text, `SAME_BYTE` for words that are already normalised. */
  fold: Uint8Array
}

const FIRST_ENTRIES = 512
const FIRST_ARENA_BYTES = 16 * 1024
/** count f64, start u32, length u32, hash i32, order u32. */
const ENTRY_BYTES = 24
const RAW_BIT = 0x80000000
const GROWTHS = [2, 1.5, 1.25, 1.125]

/**
 * Distinct byte strings with a count each, by open addressing: the TypeScript twin's table.
 *
 * Entries are dense, in order of arrival; `slots` (a power of two, at most 5/8 full) holds entry index + 1; the bytes are in
 * an arena. Growing an array needs the old and the new one for a moment, and both are counted against the limit.
 */
export class WordStore {
  size = 0
  counts = new Float64Array(FIRST_ENTRIES)
  /** Scratch for sorting, allocated with the entries so that reading never needs more memory than counting. */
  order = new Uint32Array(FIRST_ENTRIES)
  arena = new Uint8Array(FIRST_ARENA_BYTES)
  #starts = new Uint32Array(FIRST_ENTRIES)
  #lengths = new Uint32Array(FIRST_ENTRIES)
  #hashes = new Int32Array(FIRST_ENTRIES)
  #slots = new Int32Array(FIRST_ENTRIES * 2)
  #arenaUsed = 0

  constructor(public limitBytes: number) {}

  get memoryBytes(): number {
    return this.counts.length * ENTRY_BYTES + this.#slots.byteLength + this.arena.byteLength
  }

  startOf(entry: number): number {
    return this.#starts[entry]
  }

  lengthOf(entry: number): number {
    return this.#lengths[entry] & ~RAW_BIT
  }

  isRaw(entry: number): boolean {
    return this.#lengths[entry] >= RAW_BIT
  }

  /** The entry of a key, added with count 0 where it is new; -1 when the limit leaves no room for it. */
  findOrAdd(key: WordKey): number {
    const hash = hashOf(key)
    const taggedLength = key.end - key.start + (key.raw ? RAW_BIT : 0)
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] - 1
      if (entry < 0) return this.#add(key, hash, taggedLength)
      if (this.#hashes[entry] === hash && this.#lengths[entry] === taggedLength && this.#equals(entry, key))
        return entry
    }
  }

  clear(): void {
    this.size = 0
    this.#arenaUsed = 0
    this.#slots.fill(0)
  }

  /** Empties the store and gives its memory back. */
  reset(): void {
    this.counts = new Float64Array(FIRST_ENTRIES)
    this.order = new Uint32Array(FIRST_ENTRIES)
    this.arena = new Uint8Array(FIRST_ARENA_BYTES)
    this.#starts = new Uint32Array(FIRST_ENTRIES)
    this.#lengths = new Uint32Array(FIRST_ENTRIES)
    this.#hashes = new Int32Array(FIRST_ENTRIES)
    this.#slots = new Int32Array(FIRST_ENTRIES * 2)
    this.clear()
  }

  #equals(entry: number, key: WordKey): boolean {
    const {bytes, fold, end} = key
    let at = this.#starts[entry]
    for (let i = key.start; i < end; i++) {
      if (fold[bytes[i]] !== this.arena[at++]) return false
    }
    return true
  }

  #add(key: WordKey, hash: number, taggedLength: number): number {
    const length = key.end - key.start
    if (!this.#makeRoom(length)) return -1
    const entry = this.size++
    const {bytes, fold, end} = key
    this.counts[entry] = 0
    this.#starts[entry] = this.#arenaUsed
    this.#lengths[entry] = taggedLength
    this.#hashes[entry] = hash
    for (let i = key.start; i < end; i++) this.arena[this.#arenaUsed++] = fold[bytes[i]]
    this.#link(entry, hash)
    return entry
  }

  #link(entry: number, hash: number): void {
    const mask = this.#slots.length - 1
    let slot = hash & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = entry + 1
  }

  #makeRoom(length: number): boolean {
    if (this.#arenaUsed + length > this.arena.length && !this.#growArena(length)) return false
    if (this.size === this.counts.length && !this.#growEntries()) return false
    return (this.size + 1) * 8 <= this.#slots.length * 5 || this.#growSlots()
  }

  #growArena(length: number): boolean {
    const needed = this.#arenaUsed + length
    const wanted = GROWTHS.map((factor) => Math.max(needed, Math.floor(this.arena.length * factor)))
    const size = wanted.find((bytes) => this.#fits(bytes))
    if (size === undefined) return false
    const grown = new Uint8Array(size)
    grown.set(this.arena.subarray(0, this.#arenaUsed))
    this.arena = grown
    return true
  }

  #growEntries(): boolean {
    const wanted = GROWTHS.map((factor) => Math.ceil(this.counts.length * factor))
    const size = wanted.find((entries) => this.#fits(entries * ENTRY_BYTES))
    if (size === undefined) return false
    this.counts = copyInto(new Float64Array(size), this.counts)
    this.#starts = copyInto(new Uint32Array(size), this.#starts)
    this.#lengths = copyInto(new Uint32Array(size), this.#lengths)
    this.#hashes = copyInto(new Int32Array(size), this.#hashes)
    this.order = new Uint32Array(size)
    return true
  }

  #growSlots(): boolean {
    const slots = this.#slots.length * 2
    if (!this.#fits(slots * 4)) return false
    this.#slots = new Int32Array(slots)
    for (let entry = 0; entry < this.size; entry++) this.#link(entry, this.#hashes[entry])
    return true
  }

  #fits(newBytes: number): boolean {
    return this.memoryBytes + newBytes <= this.limitBytes
  }
}

/** A key over all bytes of an already normalised word. */
export function wordKey(bytes: Uint8Array): WordKey {
  return {bytes, start: 0, end: bytes.length, raw: false, fold: SAME_BYTE}
}

/** A key that is pointed at one word of a text after the other. */
export function textKey(bytes: Uint8Array): WordKey {
  return {bytes, start: 0, end: 0, raw: false, fold: LOWER_ASCII}
}

function copyInto<T extends Float64Array | Uint32Array | Int32Array>(target: T, source: T): T {
  target.set(source)
  return target
}

function hashOf(key: WordKey): number {
  const {bytes, fold, end} = key
  let hash = key.raw ? 0x811c9dc5 | 0 : 0
  for (let i = key.start; i < end; i++) hash = (Math.imul(hash, 31) + fold[bytes[i]]) | 0
  hash ^= hash >>> 15
  return Math.imul(hash, 0x85ebca6b) ^ (hash >>> 13)
}
