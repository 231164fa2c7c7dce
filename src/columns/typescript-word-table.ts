import {assert, javaStringHashUtf8, keyGroupForHash} from '../core/index.js'
import {SAME_BYTE} from './ascii.js'
import {type ColumnBatch, type Utf8Column, WORD_COUNT_SCHEMA} from './batch.js'
import {FrozenWords} from './frozen-words.js'
import {KEY_GROUP_PILES} from './kernel-layout.js'
import {WORD_TABLE_LIMIT_BYTES_MIN, wordTooLong} from './kernel-limits.js'
import {nextChunk} from './next-chunk.js'
import {normaliseChunk} from './normalise-chunk.js'
import type {WordOrder, WordTable} from './word-kernel.js'
import {textKey, type WordKey, WordStore, wordKey} from './word-store.js'

/** The word table of the TypeScript twin. */
export class TypeScriptWordTable implements WordTable {
  #store: WordStore
  #input = new Uint8Array(0)
  #rawCount = 0
  #words = 0
  #invalidUtf8 = 0
  #readCount = 0
  #read = 0
  #isReading = false

  constructor(limitBytes: number) {
    this.#store = new WordStore(Math.max(limitBytes, WORD_TABLE_LIMIT_BYTES_MIN))
  }

  get size(): number {
    return this.#store.size - this.#rawCount * (this.#isReading ? 1 : 0)
  }

  get memoryBytes(): number {
    return this.#store.memoryBytes
  }

  get limitBytes(): number {
    return this.#store.limitBytes
  }

  setLimit(limitBytes: number): void {
    this.#store.limitBytes = Math.max(limitBytes, WORD_TABLE_LIMIT_BYTES_MIN)
  }

  reserveInput(minBytes: number): Uint8Array {
    if (this.#input.length < minBytes) this.#input = new Uint8Array(minBytes)
    return this.#input
  }

  countText(text: Uint8Array, from: number): number {
    this.#assertCounting()
    const key = textKey(text)
    for (let at = from; nextChunk(key, at); at = key.end) {
      const entry = this.#findOrAdd(key)
      if (entry < 0) return key.start
      const isNew = this.#store.counts[entry]++ === 0
      this.#words++
      if (key.raw && isNew) this.#rawCount++
    }
    return text.length
  }

  addRows(words: Utf8Column, counts: Float64Array, rowCount: number, from: number, running?: Float64Array): number {
    this.#assertCounting()
    const {bytes, offsets} = words
    const key: WordKey = {bytes, start: 0, end: 0, raw: false, fold: SAME_BYTE}
    for (let row = from; row < rowCount; row++) {
      key.start = offsets[row]
      key.end = offsets[row + 1]
      const entry = this.#findOrAdd(key)
      if (entry < 0) return row
      const sum = (this.#store.counts[entry] += counts[row])
      this.#words += counts[row]
      if (running !== undefined) running[row] = sum
    }
    return rowCount
  }

  freeze(): FrozenWords {
    this.#assertCounting()
    const store = this.#store
    assert(this.#rawCount === 0, 'a word table that is frozen has no raw chunks')
    const places = {
      get bytes() {
        return store.arena
      },
      startOf: (entry: number) => store.startOf(entry),
      lengthOf: (entry: number) => store.lengthOf(entry),
    }
    return new FrozenWords(places, store.counts.slice(0, store.size))
  }

  startReading(order: WordOrder, keyGroups = 0): void {
    if (!this.#isReading) this.#normaliseRawChunks()
    const store = this.#store
    let rows = 0
    for (let entry = 0; entry < store.size; entry++) {
      if (!store.isRaw(entry)) store.order[rows++] = entry
    }
    this.#readCount = rows
    this.#read = 0
    this.#isReading = true
    if (order !== 'none') this.#sort(store.order.subarray(0, rows), order)
    else if (keyGroups > 0) this.#sortByKeyGroup(store.order.subarray(0, rows), keyGroups)
  }

  readRows(maxRows: number): ColumnBatch | undefined {
    const rowCount = Math.min(maxRows, this.#readCount - this.#read)
    if (rowCount <= 0) return undefined
    const entries = this.#store.order.subarray(this.#read, this.#read + rowCount)
    this.#read += rowCount
    return this.#copyRows(entries)
  }

  stats(): {readonly words: number; readonly invalidUtf8: number} {
    return {words: this.#words, invalidUtf8: this.#invalidUtf8}
  }

  clear(): void {
    this.#rawCount = 0
    this.#words = 0
    this.#invalidUtf8 = 0
    this.#readCount = 0
    this.#read = 0
    this.#isReading = false
    if (this.#store.memoryBytes > this.#store.limitBytes) this.#store.reset()
    else this.#store.clear()
  }

  free(): void {
    this.clear()
    this.#store.reset()
    this.#input = new Uint8Array(0)
  }

  #assertCounting(): void {
    assert(!this.#isReading, 'a word table that is read is cleared before it counts again')
  }

  /** An empty table whose memory is dealt out badly for this word starts anew; only then is the word too long. */
  #findOrAdd(key: WordKey): number {
    const entry = this.#store.findOrAdd(key)
    if (entry >= 0 || this.#store.size > 0) return entry
    this.#store.reset()
    const second = this.#store.findOrAdd(key)
    if (second < 0) throw wordTooLong(key.end - key.start, this.limitBytes)
    return second
  }

  #normaliseRawChunks(): void {
    if (this.#rawCount === 0) return
    const store = this.#store
    const {limitBytes} = store
    store.limitBytes = Number.POSITIVE_INFINITY
    const last = store.size
    for (let entry = 0; entry < last; entry++) {
      if (store.isRaw(entry)) this.#normalise(entry)
    }
    store.limitBytes = limitBytes
  }

  #normalise(entry: number): void {
    const store = this.#store
    const start = store.startOf(entry)
    const count = store.counts[entry]
    const chunk = normaliseChunk(store.arena.subarray(start, start + store.lengthOf(entry)))
    this.#invalidUtf8 += chunk.invalidUtf8 * count
    this.#words -= count
    for (const word of chunk.words) {
      // `findOrAdd` may replace `counts` by a larger array: look it up afterwards.
      const found = store.findOrAdd(wordKey(word))
      store.counts[found] += count
      this.#words += count
    }
  }

  #sort(entries: Uint32Array, order: WordOrder): void {
    const {counts} = this.#store
    const byWord = (a: number, b: number) => this.#compareWords(a, b)
    const byCount = (a: number, b: number) => counts[b] - counts[a] || this.#compareWords(a, b)
    entries.sort(order === 'count' ? byCount : byWord)
  }

  /** Typed arrays are sorted stably. */
  #sortByKeyGroup(entries: Uint32Array, keyGroups: number): void {
    const store = this.#store
    const piles = new Uint8Array(store.size)
    for (const entry of entries) {
      const start = store.startOf(entry)
      const hash = javaStringHashUtf8(store.arena, start, start + store.lengthOf(entry))
      piles[entry] = Math.floor((keyGroupForHash(hash, keyGroups) * KEY_GROUP_PILES) / keyGroups)
    }
    entries.sort((a, b) => piles[a] - piles[b])
  }

  #compareWords(a: number, b: number): number {
    const store = this.#store
    const lengthA = store.lengthOf(a)
    const lengthB = store.lengthOf(b)
    const startA = store.startOf(a)
    const startB = store.startOf(b)
    const shared = Math.min(lengthA, lengthB)
    for (let i = 0; i < shared; i++) {
      const difference = store.arena[startA + i] - store.arena[startB + i]
      if (difference !== 0) return difference
    }
    return lengthA - lengthB
  }

  #copyRows(entries: Uint32Array): ColumnBatch {
    const store = this.#store
    const rowCount = entries.length
    const offsets = new Int32Array(rowCount + 1)
    for (let i = 0; i < rowCount; i++) offsets[i + 1] = offsets[i] + store.lengthOf(entries[i])
    const bytes = new Uint8Array(offsets[rowCount])
    const values = new Float64Array(rowCount)
    const keyHashes = new Int32Array(rowCount)
    for (let i = 0; i < rowCount; i++) {
      const start = store.startOf(entries[i])
      bytes.set(store.arena.subarray(start, start + store.lengthOf(entries[i])), offsets[i])
      values[i] = store.counts[entries[i]]
      keyHashes[i] = javaStringHashUtf8(bytes, offsets[i], offsets[i + 1])
    }
    const columns = [{type: 'utf8', bytes, offsets} as const, {type: 'f64', values} as const]
    return {kind: 'columns', schema: WORD_COUNT_SCHEMA, rowCount, columns, keyHashes}
  }
}
