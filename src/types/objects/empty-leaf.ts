import type {MessageWriter} from '../wire/message-writer.js'
import {ENCODING_EMPTY, type LeafBuilder} from './leaf-builder.js'
import {Marks} from './marks.js'

/** A leaf that has been null or undefined in every row. */
export class EmptyLeaf implements LeafBuilder {
  readonly #marks = new Marks()

  reserve(): void {}

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
    writer.columnHeader(ENCODING_EMPTY, 1, 0, 0)
    writer.section(this.#marks.view(rowCount))
  }

  clear(): void {
    this.#marks.clear()
  }
}
