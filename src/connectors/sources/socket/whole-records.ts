import {FtsError} from '../../../core/index.js'
import {lastDelimiterEnd} from '../delimiters.js'

export interface WholeRecordsOptions {
  /** What ends a record; one character or more. */
  readonly delimiter: string
  /** A longer record is an error: memory stays bounded. */
  readonly maxRecordBytes: number
  /** For messages. */
  readonly what: string
}

/**
 * Holds back of the bytes of one client what does not end with a record, so that records of several can follow one another.
 *
 * Errors   `user` FTS_LINE_TOO_LONG.
 */
export class WholeRecords {
  private readonly delimiter: Buffer
  private rest: Buffer = Buffer.alloc(0)

  constructor(private readonly options: WholeRecordsOptions) {
    this.delimiter = Buffer.from(options.delimiter)
  }

  /** The records that these bytes complete, each with its delimiter; perhaps none. */
  push(bytes: Buffer): Buffer {
    const {rest, delimiter} = this
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const end = lastDelimiterEnd(all, delimiter, rest.length)
    // A copy: else a few bytes would keep a whole block.
    this.rest = Buffer.from(all.subarray(end))
    this.checkLength()
    return all.subarray(0, end)
  }

  /** What is left when no more comes: a last record gets its delimiter. */
  end(): Buffer {
    const {rest, delimiter} = this
    this.rest = Buffer.alloc(0)
    return rest.length === 0 ? rest : Buffer.concat([rest, delimiter])
  }

  private checkLength(): void {
    const {maxRecordBytes, what, delimiter} = this.options
    if (this.rest.length <= maxRecordBytes) return
    throw new FtsError(
      'user',
      'FTS_LINE_TOO_LONG',
      `a record from ${what} is longer than ${maxRecordBytes} bytes: there is no ${JSON.stringify(delimiter)} in it`,
      {what, maxRecordBytes},
      {tryThis: 'Check the delimiter, or allow more with -D source.text.max-line-size=64m.'},
    )
  }
}
