import {FtsError} from '../core/index.js'
import type {ColumnBatch} from './batch.js'
import {wordCountColumns} from './format-rows.js'
import {KernelInstance} from './kernel-instance.js'
import {DYNAMIC} from './kernel-layout.js'
import {WORD_TABLE_LIMIT_BYTES_MIN} from './kernel-limits.js'
import type {SortedOrder} from './row-merger.js'
import {WasmWordMerger} from './wasm-word-merger.js'
import {WasmWordTable} from './wasm-word-table.js'
import {WasmWordTokenizer} from './wasm-word-tokenizer.js'
import type {RowFormat, WordKernel, WordMerger, WordTable, WordTokenizer} from './word-kernel.js'

const FORMATS: Readonly<Record<RowFormat, number>> = {tsv: 0, csv: 1, json: 2}

/** The kernels in WebAssembly. Every table and tokenizer is an instance of its own; one more formats rows. */
export class WasmWordKernel implements WordKernel {
  readonly name = 'wasm'
  #formatter: KernelInstance | undefined

  constructor(private readonly module: WebAssembly.Module) {}

  newTable(limitBytes: number): WordTable {
    return new WasmWordTable(this.module, limitBytes)
  }

  newTokenizer(): WordTokenizer {
    return new WasmWordTokenizer(this.module)
  }

  newMerger(order: SortedOrder, inputCount: number): WordMerger {
    return new WasmWordMerger(this.module, order, inputCount)
  }

  formatRows(batch: ColumnBatch, format: RowFormat): Uint8Array {
    const {words, counts} = wordCountColumns(batch)
    const {rowCount} = batch
    const kernel = (this.#formatter ??= new KernelInstance(this.module, WORD_TABLE_LIMIT_BYTES_MIN))
    const {exports} = kernel
    const base = words.offsets[0]
    const bytes = words.bytes.subarray(base, words.offsets[rowCount])
    if (exports.reserveRows(base, bytes.length, rowCount, FORMATS[format]) === 0) throw noMemory(bytes.length)
    const {buffer} = exports.memory
    kernel.refresh().bytes.set(bytes, DYNAMIC)
    new Int32Array(buffer, exports.getOffsetsAt(), rowCount + 1).set(words.offsets.subarray(0, rowCount + 1))
    new Float64Array(buffer, exports.getCountsAt(), rowCount).set(counts.values.subarray(0, rowCount))
    return kernel.slice(exports.getLinesAt(), exports.writeLines(rowCount, FORMATS[format]))
  }
}

function noMemory(bytes: number): FtsError {
  return new FtsError(
    'restartable',
    'FTS_MEMORY_EXCEEDED',
    `the system has no memory to format a batch of ${bytes} bytes`,
    {bytes},
  )
}
