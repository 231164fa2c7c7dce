import type {SplitDecoder} from '../connectors/index.js'

/** Cuts one input into the pieces between delimiters; without a delimiter the input is one piece. What a block ends with is carried. */
export class PieceDecoder implements SplitDecoder {
  private carried: Buffer[] = []

  constructor(private readonly delimiter: Buffer | undefined) {}

  start(): void {
    this.carried = []
  }

  state(): string {
    return Buffer.concat(this.carried).toString('base64')
  }

  resume(_input: string, state: unknown): void {
    this.carried = [Buffer.from(state as string, 'base64')]
  }

  /** The pieces that end in this block. */
  cut(block: Buffer): string[] {
    const {delimiter} = this
    if (delimiter === undefined) {
      this.carried.push(block)
      return []
    }
    const bytes = Buffer.concat([...this.carried, block])
    const pieces: string[] = []
    let start = 0
    for (let end = bytes.indexOf(delimiter); end >= 0; end = bytes.indexOf(delimiter, start)) {
      pieces.push(bytes.toString('utf8', start, end))
      start = end + delimiter.length
    }
    this.carried = [bytes.subarray(start)]
    return pieces
  }

  /** What follows the last delimiter, if anything does. */
  rest(): string[] {
    const bytes = Buffer.concat(this.carried)
    this.carried = []
    return bytes.length === 0 ? [] : [bytes.toString('utf8')]
  }
}
