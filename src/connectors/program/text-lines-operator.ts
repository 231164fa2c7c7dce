import type {Batch} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../../operators/index.js'
import {recordText} from './record-text.js'

export interface TextLinesOptions {
  /** Flink's prefix of a line: `name:2> `, where the number is the subtask's (from 1) and is there only if there are several. */
  readonly prefix?: {readonly name: string | undefined}
}

/** Records as lines of text, ready for a byte sink. */
export class TextLinesOperator implements Operator {
  private output!: Output
  private prefix = ''

  constructor(private readonly options: TextLinesOptions = {}) {}

  open({parallelism, subtaskIndex}: OperatorContext, output: Output): void {
    this.output = output
    const {prefix} = this.options
    if (prefix === undefined) return
    const parts = [prefix.name, parallelism > 1 ? String(subtaskIndex + 1) : undefined]
    const text = parts.filter((part) => part !== undefined).join(':')
    this.prefix = text === '' ? '' : `${text}> `
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'objects', 'lines are made of records', {actual: batch.kind})
    const {prefix} = this
    const {rowCount, values} = batch
    let text = ''
    for (let row = 0; row < rowCount; row++) text += `${prefix}${recordText(values[row])}\n`
    this.output.emit({kind: 'bytes', bytes: Buffer.from(text), rowCount})
  }

  finish(): boolean {
    return true
  }

  close(): void {}
}
