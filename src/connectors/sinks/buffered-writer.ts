import type {ByteChannel} from './byte-channel.js'

const FIRST_BUFFER_BYTES = 64 * 1024

export interface BufferedWriterOptions {
  /** Above this many bytes not yet handed to the system there is no room. */
  readonly pendingBytesMax: number
  /** Nothing is written below this many bytes until `flush`: for a target that nobody reads meanwhile. Default: 0. */
  readonly gatherBytes?: number
  /** A write has ended: there may be room, all may be written. */
  readonly progressed: () => void
  readonly failed: (error: Error) => void
}

/**
 * Copies bytes and writes them behind: at once when nothing is in flight and enough is gathered, else gathered until the write in
 * flight has ended.
 *
 *   write ─▶ [ filling ] ⇄ [ in flight ] ─▶ channel
 */
export class BufferedWriter {
  private filling = new Uint8Array(0)
  private filled = 0
  private spare = new Uint8Array(0)
  private inFlightBytes = 0
  private hasFailed = false
  private readonly gatherBytes: number

  constructor(
    private readonly channel: ByteChannel,
    private readonly options: BufferedWriterOptions,
  ) {
    this.gatherBytes = Math.min(options.gatherBytes ?? 0, options.pendingBytesMax / 2)
  }

  get hasRoom(): boolean {
    return this.filled + this.inFlightBytes < this.options.pendingBytesMax
  }

  get isEmpty(): boolean {
    return this.filled + this.inFlightBytes === 0
  }

  /** Always takes the bytes. */
  write(bytes: Uint8Array): void {
    if (this.hasFailed || bytes.length === 0) return
    if (this.filled + bytes.length > this.filling.length) this.grow(this.filled + bytes.length)
    this.filling.set(bytes, this.filled)
    this.filled += bytes.length
    if (this.inFlightBytes === 0 && this.filled >= this.gatherBytes) this.send()
  }

  /** Writes what is gathered; `isEmpty` and `progressed` tell when it is out. */
  flush(): void {
    if (this.inFlightBytes === 0 && this.filled > 0 && !this.hasFailed) this.send()
  }

  private send(): void {
    const {filling, filled} = this
    this.filling = this.spare
    this.spare = filling
    this.filled = 0
    this.inFlightBytes = filled
    this.channel.write(filling.subarray(0, filled), (error) => this.written(error))
  }

  private written(error: Error | undefined): void {
    this.inFlightBytes = 0
    if (error !== undefined) {
      this.hasFailed = true
      this.options.failed(error)
      return
    }
    if (this.filled > 0 && this.filled >= this.gatherBytes) this.send()
    this.options.progressed()
  }

  private grow(byteCount: number): void {
    const grown = new Uint8Array(Math.max(FIRST_BUFFER_BYTES, 2 * this.filling.length, byteCount))
    grown.set(this.filling.subarray(0, this.filled))
    this.filling = grown
  }
}
