import {grow} from '../columns/grow.js'
import type {MessageWriter} from '../wire/message-writer.js'
import {ENCODING_BOOL, type LeafBuilder} from './leaf-builder.js'
import {Marks} from './marks.js'

/** Booleans, a byte a row. */
export class BooleanLeaf implements LeafBuilder {
  values: Uint8Array = new Uint8Array(0)
  readonly #marks = new Marks()

  reserve(rowCount: number, neededRows: number): void {
    this.values = grow(this.values, rowCount, neededRows)
  }

  /** The row is null or undefined; answers what its value slot gets. */
  mark(row: number, value: null | undefined): 0 {
    this.#marks.set(row, value)
    return 0
  }

  flush(): void {}

  byteLength(rowCount: number): number {
    return rowCount
  }

  write(writer: MessageWriter, rowCount: number): void {
    writer.columnHeader(ENCODING_BOOL, this.#marks.isUsed ? 1 : 0, 0, 0)
    writer.section(this.values.subarray(0, rowCount))
    if (this.#marks.isUsed) writer.section(this.#marks.view(rowCount))
  }

  clear(): void {
    this.#marks.clear()
  }
}
