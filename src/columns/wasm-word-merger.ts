import {assert, FtsError} from '../core/index.js'
import {type ColumnBatch, WORD_COUNT_SCHEMA} from './batch.js'
import {KernelInstance} from './kernel-instance.js'
import {WORD_TABLE_LIMIT_BYTES_MIN} from './kernel-limits.js'
import type {WordMerger} from './word-kernel.js'
import type {WordRows} from './word-rows.js'

const ORDERS = {count: 1, word: 2} as const

/** The merge in WebAssembly: an instance with a memory of its own, in which it keeps a copy of each input's rows. */
export class WasmWordMerger implements WordMerger {
  readonly #kernel: KernelInstance
  readonly #hasRows: Uint8Array

  constructor(module: WebAssembly.Module, order: keyof typeof ORDERS, inputCount: number) {
    this.#kernel = new KernelInstance(module, WORD_TABLE_LIMIT_BYTES_MIN)
    this.#hasRows = new Uint8Array(inputCount)
    if (this.#kernel.exports.beginMerge(ORDERS[order], inputCount) === 0) throw noMemory(inputCount)
  }

  get isDone(): boolean {
    return this.#kernel.exports.isMergeDone() !== 0
  }

  wanted(): number {
    const wanted = this.#kernel.exports.wantedInput()
    if (wanted >= 0) this.#hasRows[wanted] = 0
    return wanted
  }

  feed(input: number, {words, counts, rowCount}: WordRows): void {
    assert(this.#hasRows[input] === 0, 'rows are fed to an input that has none', {input})
    if (rowCount === 0) return
    const base = words.offsets[0]
    const bytes = words.bytes.subarray(base, words.offsets[rowCount])
    const {exports} = this.#kernel
    const bytesAt = exports.reserveFeed(input, bytes.length, rowCount)
    if (bytesAt === 0) throw noMemory(bytes.length)
    this.#kernel.slice(bytesAt, bytes.length).set(bytes)
    const {buffer} = exports.memory
    new Int32Array(buffer, exports.feedOffsetsAt(input), rowCount + 1).set(words.offsets.subarray(0, rowCount + 1))
    new Float64Array(buffer, exports.feedCountsAt(input), rowCount).set(counts.subarray(0, rowCount))
    this.#hasRows[input] = 1
    exports.feed(input, bytesAt, base)
  }

  end(input: number): void {
    this.#kernel.exports.endInput(input)
  }

  next(): ColumnBatch | undefined {
    const kernel = this.#kernel
    const rowCount = kernel.exports.mergeRows()
    if (rowCount === 0) return undefined
    const words = kernel.words(rowCount, kernel.exports.getMergedBytesAt())
    return {
      kind: 'columns',
      schema: WORD_COUNT_SCHEMA,
      rowCount,
      columns: [words, {type: 'f64', values: kernel.values.subarray(0, rowCount)}],
    }
  }
}

function noMemory(bytes: number): FtsError {
  return new FtsError(
    'restartable',
    'FTS_MEMORY_EXCEEDED',
    `the system has no memory to merge a batch of ${bytes} bytes`,
    {bytes},
  )
}
