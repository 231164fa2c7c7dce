import type {ColumnBatch} from './batch.js'
import {copyWordRows} from './copy-word-rows.js'
import {RowBuilder} from './row-builder.js'
import {RowMerger, type SortedOrder} from './row-merger.js'
import type {WordMerger} from './word-kernel.js'
import type {WordRows} from './word-rows.js'

const OUTPUT_ROWS_MAX = 2048
const OUTPUT_BYTES = 32 * 1024

/** The merge of the TypeScript twin. */
export class TypeScriptWordMerger implements WordMerger {
  readonly #merger: RowMerger
  readonly #builder = new RowBuilder(OUTPUT_ROWS_MAX, OUTPUT_BYTES)
  /** The builder's rows were given away and are valid until the next call. */
  #isTaken = false

  constructor(order: SortedOrder, inputCount: number) {
    this.#merger = new RowMerger(order, inputCount)
  }

  get isDone(): boolean {
    return this.#merger.isDone && (this.#isTaken || this.#builder.isEmpty)
  }

  wanted(): number {
    return this.#merger.wanted()
  }

  feed(input: number, rows: WordRows): void {
    this.#merger.feed(input, copyWordRows(rows, 0))
  }

  end(input: number): void {
    this.#merger.end(input)
  }

  next(): ColumnBatch | undefined {
    if (this.#isTaken) this.#builder.clear()
    this.#isTaken = this.#merger.merge(this.#builder) || (this.#merger.isDone && !this.#builder.isEmpty)
    return this.#isTaken ? this.#builder.toBatch() : undefined
  }
}
