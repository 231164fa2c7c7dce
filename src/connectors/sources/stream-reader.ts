import type {Readable} from 'node:stream'
import type {SplitReader} from './split-reader.js'

/** Bytes that may wait in the queue before the stream is paused. */
const QUEUE_BYTES_MAX = 1024 * 1024

export interface StreamReaderOptions {
  readonly what: string
  readonly stream: Readable
  wake(): void
  /** The stream's own error as a sentence. */
  describe(error: Error): Error
  /** Bytes of the input consumed, where that is not the bytes read from the stream. */
  progressBytes?(): number
  /** The first bytes were given by another reader: they are left out. Default: 0. */
  readonly skipBytes?: number
  onClose?(): void
}

/** Reads a Node stream (a pipe, a socket, a decompressor) with a bounded queue between it and the source. */
export class StreamReader implements SplitReader {
  readonly what: string
  private readonly queue: Buffer[] = []
  private queuedBytes = 0
  private headOffset = 0
  private readBytes: number
  private toSkip: number
  private ended = false
  private error: Error | undefined

  constructor(private readonly options: StreamReaderOptions) {
    this.what = options.what
    this.readBytes = options.skipBytes ?? 0
    this.toSkip = this.readBytes
    const {stream} = options
    stream.on('data', (chunk: Buffer) => this.accept(chunk))
    stream.once('end', () => this.end())
    stream.once('close', () => this.end())
    stream.once('error', (error: Error) => this.end(options.describe(error)))
  }

  get progressBytes(): number {
    return this.options.progressBytes?.() ?? this.readBytes
  }

  get offset(): number {
    return this.readBytes
  }

  read(target: Uint8Array): number | 'wait' | 'end' {
    const byteCount = this.takeQueued(target)
    if (byteCount > 0) return byteCount
    if (this.error !== undefined) throw this.error
    return this.ended ? 'end' : 'wait'
  }

  close(): void {
    this.ended = true
    this.options.stream.destroy()
    this.options.onClose?.()
  }

  private accept(read: Buffer): void {
    const chunk = this.toSkip === 0 ? read : read.subarray(this.toSkip)
    this.toSkip -= read.length - chunk.length
    if (chunk.length === 0) return
    this.queue.push(chunk)
    this.queuedBytes += chunk.length
    if (this.queuedBytes >= QUEUE_BYTES_MAX) this.options.stream.pause()
    this.options.wake()
  }

  private end(error?: Error): void {
    if (this.ended) return
    this.ended = true
    this.error = error
    this.options.wake()
  }

  private takeQueued(target: Uint8Array): number {
    let filled = 0
    while (this.queue.length > 0 && filled < target.length) {
      const head = this.queue[0]
      const byteCount = Math.min(head.length - this.headOffset, target.length - filled)
      target.set(head.subarray(this.headOffset, this.headOffset + byteCount), filled)
      filled += byteCount
      this.headOffset += byteCount
      if (this.headOffset < head.length) break
      this.queue.shift()
      this.headOffset = 0
    }
    this.queuedBytes -= filled
    this.readBytes += filled
    if (this.options.stream.isPaused() && this.queuedBytes < QUEUE_BYTES_MAX / 2) this.options.stream.resume()
    return filled
  }
}
