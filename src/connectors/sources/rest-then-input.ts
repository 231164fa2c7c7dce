import type {SplitReader} from './split-reader.js'

/** What an earlier run has kept of an input, and behind it the input itself, which is opened then. Offsets go on. */
export class RestThenInput implements SplitReader {
  private input: SplitReader | undefined

  constructor(
    private readonly rest: SplitReader,
    private readonly openInput: () => SplitReader,
  ) {}

  get what(): string {
    return this.rest.what
  }

  get offset(): number {
    return this.rest.offset + (this.input?.offset ?? 0)
  }

  get progressBytes(): number {
    return this.offset
  }

  read(target: Uint8Array): number | 'wait' | 'end' {
    if (this.input !== undefined) return this.input.read(target)
    const read = this.rest.read(target)
    if (read !== 'end') return read
    this.rest.close()
    this.input = this.openInput()
    return this.input.read(target)
  }

  close(): void {
    if (this.input === undefined) this.rest.close()
    this.input?.close()
  }
}
