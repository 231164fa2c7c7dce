import type {Utf8Column} from './batch.js'
import {KEY_HASHES, OFFSETS, ROW_BYTES, ROW_BYTES_CAPACITY, ROWS_MAX, VALUES} from './kernel-layout.js'

/** The functions of assembly/words.ts. Booleans are 0 or 1, addresses and lengths are unsigned 32 bit. */
interface KernelExports {
  readonly memory: WebAssembly.Memory
  initialise(limitBytes: number): void
  clear(): void
  resetTable(): void
  setLimit(limitBytes: number): void
  getEntryCount(): number
  getRawCount(): number
  getWords(): number
  addWords(count: number): void
  countBlock(length: number, isLast: boolean): number
  reserveLong(length: number): number
  countReserved(length: number): number
  addReserved(length: number, value: number): number
  addBlock(rowCount: number, base: number): number
  gatherRaw(from: number, end: number): number
  getGatheredBytes(): number
  gatheredCount(line: number): number
  addNormalised(length: number): number
  entryBytes(entry: number): number
  entryLength(entry: number): number
  entryValue(entry: number): number
  startReading(order: number, keyGroups: number): number
  readRows(maxRows: number): number
  getRowBytes(): number
  getPile(): number
  beginTokens(): void
  dropTokens(): void
  tokenizeBlock(length: number, isLast: boolean): number
  fillTokens(maxRows: number): number
  getTokenRows(): number
  getTokenBytes(): number
  getInvalid(): number
  unknownStart(): number
  unknownLength(): number
  memoise(bytes: number): number
  reserveRows(base: number, bytes: number, rowCount: number, format: number): number
  getOffsetsAt(): number
  getCountsAt(): number
  getLinesAt(): number
  writeLines(rowCount: number, format: number): number
  countNewlines(length: number): number
  beginMerge(order: number, inputCount: number): number
  wantedInput(): number
  reserveFeed(input: number, bytes: number, rowCount: number): number
  feedOffsetsAt(input: number): number
  feedCountsAt(input: number): number
  feed(input: number, bytesAt: number, base: number): void
  endInput(input: number): void
  mergeRows(): number
  isMergeDone(): number
  getMergedBytesAt(): number
}

/**
 * One WebAssembly instance with a memory of its own, and views of it. Growing the memory detaches all views, so they are
 * taken anew through `refresh` after every call that may grow it.
 */
export class KernelInstance {
  readonly exports: KernelExports
  bytes!: Uint8Array
  offsets!: Int32Array
  values!: Float64Array
  keyHashes!: Int32Array
  rowBytes!: Uint8Array

  constructor(module: WebAssembly.Module, limitBytes: number) {
    this.exports = new WebAssembly.Instance(module).exports as unknown as KernelExports
    this.exports.initialise(limitBytes)
    this.#takeViews()
  }

  get memoryBytes(): number {
    return this.refresh().bytes.length
  }

  refresh(): this {
    if (this.bytes.length === 0) this.#takeViews()
    return this
  }

  /** Bytes [start, start + length) of the memory. */
  slice(start: number, length: number): Uint8Array {
    const from = start >>> 0
    return this.refresh().bytes.subarray(from, from + length)
  }

  /** The words of the rows that were made last; `at`: where the kernel says that their bytes are. */
  words(rowCount: number, at: number): Utf8Column {
    const offsets = this.refresh().offsets.subarray(0, rowCount + 1)
    const bytes = at === ROW_BYTES ? this.rowBytes : this.slice(at, offsets[rowCount])
    return {type: 'utf8', bytes, offsets}
  }

  #takeViews(): void {
    const {buffer} = this.exports.memory
    this.bytes = new Uint8Array(buffer)
    this.offsets = new Int32Array(buffer, OFFSETS, ROWS_MAX + 1)
    this.values = new Float64Array(buffer, VALUES, ROWS_MAX)
    this.keyHashes = new Int32Array(buffer, KEY_HASHES, ROWS_MAX)
    this.rowBytes = new Uint8Array(buffer, ROW_BYTES, ROW_BYTES_CAPACITY)
  }
}
