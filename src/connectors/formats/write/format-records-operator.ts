import type {Batch} from '../../../columns/index.js'
import {assert} from '../../../core/index.js'
import type {Operator, OperatorContext, Output} from '../../../operators/index.js'
import {SharedFileOutput} from '../../sinks/shared-file-output.js'
import type {RecordEncoder} from './record-encoder.js'

export interface FormatRecordsOptions {
  /** A promise of one is waited for. */
  readonly encoder: RecordEncoder | Promise<RecordEncoder>
  /** Whether the format's header comes first: only where one subtask writes it all. */
  readonly writesHeader: boolean
  /** The file that the text is for, where subtasks may write it themselves. */
  readonly sharedFile?: string
}

/** Records to blocks of text, ready for a byte sink. */
export class FormatRecordsOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private sharedOutput: SharedFileOutput | undefined
  private encoder: RecordEncoder | undefined
  private needsHeader: boolean
  private isClosed = false

  constructor(readonly options: FormatRecordsOptions) {
    this.needsHeader = options.writesHeader
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    const {encoder, sharedFile} = this.options
    this.sharedOutput = SharedFileOutput.over(output, sharedFile, context)
    this.output = this.sharedOutput ?? output
    if (encoder instanceof Promise) this.waitFor(encoder)
    else this.encoder = encoder
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'objects', 'records are formatted', {actual: batch.kind})
    assert(this.encoder !== undefined, 'no input comes before drain has answered true')
    const {values, rowCount} = batch
    if (rowCount === 0) return
    const header = this.needsHeader ? this.encoder.header(values[0]) : ''
    this.needsHeader = false
    const bytes = Buffer.from(header + this.encoder.encode(values, 0, rowCount))
    this.output.emit({kind: 'bytes', bytes, rowCount})
  }

  drain(): boolean {
    return this.encoder !== undefined
  }

  finish(): boolean {
    this.sharedOutput?.finish()
    return true
  }

  close(): void {
    this.isClosed = true
    this.sharedOutput?.close()
  }

  private waitFor(encoder: Promise<RecordEncoder>): void {
    encoder.then(
      (loaded) => {
        this.encoder = loaded
        if (!this.isClosed) this.context.wake()
      },
      (error) => {
        if (!this.isClosed) this.context.fail(error)
      },
    )
  }
}
