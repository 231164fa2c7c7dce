import type {RecordEncoder} from './record-encoder.js'

/** Records as lines of text; `show` says how a record looks. */
export class TextLinesEncoder implements RecordEncoder {
  constructor(private readonly show: (record: unknown) => string) {}

  header(): string {
    return ''
  }

  encode(records: readonly unknown[], from: number, to: number): string {
    let text = ''
    for (let row = from; row < to; row++) text += `${this.show(records[row])}\n`
    return text
  }
}
