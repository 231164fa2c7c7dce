import {assert} from '../core/index.js'
import {isAsciiSpace} from './ascii.js'
import {type ColumnBatch, type Utf8Column, WORD_COUNT_SCHEMA} from './batch.js'
import {FrozenWords} from './frozen-words.js'
import {KernelInstance} from './kernel-instance.js'
import {BLOCK, BLOCK_BYTES, ROW_BYTES_CAPACITY, ROWS_MAX} from './kernel-layout.js'
import {WORD_TABLE_LIMIT_BYTES_MIN, wordTooLong} from './kernel-limits.js'
import {keyGroupsOfPile} from './key-groups-of-pile.js'
import {normaliseRawEntries} from './normalise-raw-entries.js'
import type {WordOrder, WordTable} from './word-kernel.js'

const ORDERS: Readonly<Record<WordOrder, number>> = {none: 0, count: 1, word: 2}

/** Rows [row, end) of an `addRows` call. */
interface Rows {
  readonly words: Utf8Column
  readonly counts: Float64Array
  readonly row: number
  readonly end: number
}

/**
 * The word table in WebAssembly: one instance with its own memory, so that `memoryBytes` is all it holds (but for
 * `reserveInput`, which is plain memory: a view of the kernel's would be lost when the table grows while it is counted).
 */
export class WasmWordTable implements WordTable {
  #kernel: KernelInstance | undefined
  #limitBytes: number
  #input = new Uint8Array(0)
  #invalidUtf8 = 0
  #rowsToRead: number | undefined
  #keyGroups = 0

  constructor(
    private readonly module: WebAssembly.Module,
    limitBytes: number,
  ) {
    this.#limitBytes = Math.max(limitBytes, WORD_TABLE_LIMIT_BYTES_MIN)
    this.#kernel = new KernelInstance(module, this.#limitBytes)
  }

  get size(): number {
    return this.#rowsToRead ?? this.#open.exports.getEntryCount()
  }

  get memoryBytes(): number {
    return this.#kernel?.memoryBytes ?? 0
  }

  get limitBytes(): number {
    return this.#limitBytes
  }

  setLimit(limitBytes: number): void {
    this.#limitBytes = Math.max(limitBytes, WORD_TABLE_LIMIT_BYTES_MIN)
    this.#open.exports.setLimit(this.#limitBytes)
  }

  reserveInput(minBytes: number): Uint8Array {
    if (this.#input.length < minBytes) this.#input = new Uint8Array(minBytes)
    return this.#input
  }

  countText(text: Uint8Array, from: number): number {
    const kernel = this.#counting
    const {exports} = kernel
    let at = from
    let isAnew = false
    while (at < text.length) {
      const size = Math.min(BLOCK_BYTES, text.length - at)
      kernel.refresh().bytes.set(text.subarray(at, at + size), BLOCK)
      let done = exports.countBlock(size, at + size === text.length)
      let isFull = done < 0
      if (isFull) done = -1 - done
      at += done
      if (done === 0 && !isFull) {
        const length = wordLength(text, at)
        isFull = !this.#countLong(text.subarray(at, at + length))
        if (!isFull) at += length
      }
      if (!isFull) continue
      if (exports.getEntryCount() > 0) return at
      if (isAnew) throw wordTooLong(wordLength(text, at), this.#limitBytes)
      exports.resetTable()
      isAnew = true
    }
    return at
  }

  addRows(words: Utf8Column, counts: Float64Array, rowCount: number, from: number, running?: Float64Array): number {
    const {exports} = this.#counting
    let row = from
    let isAnew = false
    while (row < rowCount) {
      const end = lastRowThatFits(words.offsets, row, rowCount)
      const isLong = end === row
      const rows = {words, counts, row, end}
      const added = isLong ? this.#addLong(rows, running) : this.#addBlock(rows, running)
      row += added
      if (added > 0 && row >= end) continue
      if (exports.getEntryCount() > 0) return row
      if (isAnew) throw wordTooLong(words.offsets[row + 1] - words.offsets[row], this.#limitBytes)
      exports.resetTable()
      isAnew = true
    }
    return row
  }

  freeze(): FrozenWords {
    const kernel = this.#counting
    const {exports} = kernel
    assert(exports.getRawCount() === 0, 'a word table that is frozen has no raw chunks')
    const counts = new Float64Array(exports.getEntryCount())
    for (let entry = 0; entry < counts.length; entry++) counts[entry] = exports.entryValue(entry)
    const places = {
      get bytes() {
        return kernel.refresh().bytes
      },
      startOf: (entry: number) => exports.entryBytes(entry) >>> 0,
      lengthOf: (entry: number) => exports.entryLength(entry),
    }
    return new FrozenWords(places, counts)
  }

  startReading(order: WordOrder, keyGroups = 0): void {
    const kernel = this.#open
    if (this.#rowsToRead === undefined) {
      this.#invalidUtf8 += normaliseRawEntries(kernel, (word, count) => this.#addNormalised(word, count))
      kernel.exports.setLimit(this.#limitBytes)
    }
    this.#keyGroups = order === 'none' ? keyGroups : 0
    this.#rowsToRead = kernel.exports.startReading(ORDERS[order], this.#keyGroups)
  }

  readRows(maxRows: number): ColumnBatch | undefined {
    const kernel = this.#open
    const rowCount = kernel.exports.readRows(Math.min(maxRows, ROWS_MAX))
    if (rowCount === 0) return undefined
    const words = kernel.words(rowCount, kernel.exports.getRowBytes())
    return {
      kind: 'columns',
      schema: WORD_COUNT_SCHEMA,
      rowCount,
      columns: [words, {type: 'f64', values: kernel.values.subarray(0, rowCount)}],
      keyHashes: kernel.keyHashes.subarray(0, rowCount),
      ...(this.#keyGroups > 0 ? {keyGroups: keyGroupsOfPile(kernel.exports.getPile(), this.#keyGroups)} : {}),
    }
  }

  stats(): {readonly words: number; readonly invalidUtf8: number} {
    return {words: this.#open.exports.getWords(), invalidUtf8: this.#invalidUtf8}
  }

  clear(): void {
    this.#rowsToRead = undefined
    this.#invalidUtf8 = 0
    if (this.memoryBytes > this.#limitBytes) this.#kernel = new KernelInstance(this.module, this.#limitBytes)
    else this.#open.exports.clear()
  }

  free(): void {
    this.#kernel = undefined
    this.#input = new Uint8Array(0)
  }

  get #open(): KernelInstance {
    assert(this.#kernel !== undefined, 'a word table is not used after it was freed')
    return this.#kernel as KernelInstance
  }

  /** Reading uses the index as scratch memory for sorting, so nothing can be found any more until the table is cleared. */
  get #counting(): KernelInstance {
    assert(this.#rowsToRead === undefined, 'a word table that is read is cleared before it counts again')
    return this.#open
  }

  /** Counts a word longer than a block; false when there is no room. */
  #countLong(word: Uint8Array): boolean {
    return this.#withReserved(word, (exports) => exports.countReserved(word.length) !== 0)
  }

  #withReserved(word: Uint8Array, use: (exports: KernelInstance['exports']) => boolean): boolean {
    const kernel = this.#open
    const place = kernel.exports.reserveLong(word.length)
    if (place === 0) return false
    kernel.slice(place, word.length).set(word)
    return use(kernel.exports)
  }

  /** Adds rows; answers how many there was room for. */
  #addBlock({words, counts, row, end}: Rows, running: Float64Array | undefined): number {
    const kernel = this.#open.refresh()
    const base = words.offsets[row]
    kernel.offsets.set(words.offsets.subarray(row, end + 1))
    kernel.values.set(counts.subarray(row, end))
    kernel.rowBytes.set(words.bytes.subarray(base, words.offsets[end]))
    const added = kernel.exports.addBlock(end - row, base)
    running?.set(kernel.refresh().values.subarray(0, added), row)
    return added
  }

  /** Adds a row whose word is longer than the memory for rows; answers 0 when there is no room. */
  #addLong({words, counts, row}: Rows, running: Float64Array | undefined): number {
    const word = words.bytes.subarray(words.offsets[row], words.offsets[row + 1])
    let count = -1
    const isAdded = this.#withReserved(word, (exports) => (count = exports.addReserved(word.length, counts[row])) >= 0)
    if (isAdded && running !== undefined) running[row] = count
    return isAdded ? 1 : 0
  }

  /** A word of a chunk too long to be normalised together with others. */
  #addNormalised(word: Uint8Array, count: number): void {
    const offsets = Int32Array.of(0, word.length)
    this.addRows({type: 'utf8', bytes: word, offsets}, Float64Array.of(count), 1, 0)
  }
}

/** Length of the word that begins at `start` and is longer than a block. */
function wordLength(text: Uint8Array, start: number): number {
  let end = start
  while (end < text.length && !isAsciiSpace(text[end])) end++
  return end - start
}

/** Rows [row, end) fit into the memory for rows; `end` is `row` when not even one does. */
function lastRowThatFits(offsets: Int32Array, row: number, rowCount: number): number {
  const limit = offsets[row] + ROW_BYTES_CAPACITY
  let end = Math.min(row + ROWS_MAX, rowCount)
  while (end > row && offsets[end] > limit) end = row + ((end - row) >> 1)
  return end
}
