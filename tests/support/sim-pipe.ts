import type {Connection} from '../../src/platform/index.js'

/** One end of a connection whose bytes arrive at once, in pieces of at most `pieceBytesMax`. */
export class PipeEnd implements Connection {
  readonly queuedBytes = 0
  readonly sent: Uint8Array[] = []
  isClosed = false
  private peer: PipeEnd | undefined
  private receive: ((bytes: Uint8Array) => void) | undefined
  private readonly early: Uint8Array[] = []
  private readonly closedCallbacks: ((error?: Error) => void)[] = []

  constructor(private readonly pieceBytesMax = Number.POSITIVE_INFINITY) {}

  static pair(pieceBytesMax?: number): [PipeEnd, PipeEnd] {
    const [a, b] = [new PipeEnd(pieceBytesMax), new PipeEnd(pieceBytesMax)]
    a.peer = b
    b.peer = a
    return [a, b]
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes)
    for (let at = 0; at < bytes.byteLength; at += this.pieceBytesMax)
      this.peer?.take(bytes.subarray(at, Math.min(bytes.byteLength, at + this.pieceBytesMax)))
  }

  /** As if the peer had sent them. */
  take(bytes: Uint8Array): void {
    if (this.isClosed) return
    if (this.receive === undefined) this.early.push(bytes)
    else this.receive(bytes)
  }

  onData(receive: (bytes: Uint8Array) => void): void {
    this.receive = receive
    for (const bytes of this.early.splice(0)) receive(bytes)
  }

  onClose(closed: (error?: Error) => void): void {
    this.closedCallbacks.push(closed)
  }

  close(error?: Error): void {
    if (this.isClosed) return
    this.isClosed = true
    for (const closed of this.closedCallbacks) closed(error)
    this.peer?.close()
  }
}
