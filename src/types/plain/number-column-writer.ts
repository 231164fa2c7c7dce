import {NumberLeaf} from '../objects/number-leaf.js'
import type {MessageWriter} from '../wire/message-writer.js'
import {PlainColumnWriter} from './plain-column-writer.js'

export class NumberColumnWriter extends PlainColumnWriter {
  private readonly numbers = new NumberLeaf()

  constructor() {
    super('number')
  }

  get byteLength(): number {
    return this.numbers.byteLength(this.rowCount)
  }

  add(value: number): void {
    const {numbers, rowCount} = this
    if (rowCount === numbers.values.length) numbers.reserve(rowCount, rowCount + 1)
    numbers.values[rowCount] = value
    this.rowCount = rowCount + 1
  }

  protected writeValues(writer: MessageWriter): void {
    this.numbers.write(writer, this.rowCount)
  }
}
