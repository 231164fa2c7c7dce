import {FtsError} from '../../../core/index.js'

const CR = 0x0d

export interface DelimitedTextOptions {
  /** What ends a record; one character or more. */
  readonly delimiter: string
  /** A longer record is an error: memory stays bounded. */
  readonly maxRecordBytes: number
  /** For messages. */
  readonly what: string
}

/**
 * Cuts the bytes of one connection into records of text. With the delimiter `\n` a `\r` before it is dropped, as Flink's socketTextStream does.
 *
 * Errors   `user` FTS_LINE_TOO_LONG.
 */
export class DelimitedText {
  private readonly delimiter: Buffer
  private readonly dropsCr: boolean
  private rest: Buffer = Buffer.alloc(0)

  constructor(private readonly options: DelimitedTextOptions) {
    this.delimiter = Buffer.from(options.delimiter)
    this.dropsCr = options.delimiter === '\n'
  }

  push(bytes: Buffer): string[] {
    const {delimiter, rest} = this
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const records: string[] = []
    let start = 0
    // The delimiter may have begun in what was left over.
    let searchFrom = Math.max(0, rest.length - delimiter.length + 1)
    for (let end = all.indexOf(delimiter, searchFrom); end >= 0; end = all.indexOf(delimiter, searchFrom)) {
      records.push(this.textOf(all, start, end))
      start = end + delimiter.length
      searchFrom = start
    }
    // A copy: else a few bytes would keep a whole block.
    this.rest = Buffer.from(all.subarray(start))
    this.checkLength()
    return records
  }

  /** What is left when no more comes: a last record without its delimiter. */
  end(): string[] {
    const {rest} = this
    this.rest = Buffer.alloc(0)
    return rest.length === 0 ? [] : [this.textOf(rest, 0, rest.length)]
  }

  private textOf(bytes: Buffer, start: number, end: number): string {
    const hasCr = this.dropsCr && end > start && bytes[end - 1] === CR
    return bytes.toString('utf8', start, hasCr ? end - 1 : end)
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
