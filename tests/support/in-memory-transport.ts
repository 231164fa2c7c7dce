import type {
  ByteConnection,
  ByteConnectionHandlers,
  ShuffleListener,
  ShuffleTransport,
} from '../../src/shuffle/index.js'

/** Cuts and delays by a seed: the same seed gives the same run. */
export interface InMemoryTransportOptions {
  /** In [0, 1). */
  readonly random?: () => number
  /** Longest piece that is delivered at once. */
  readonly pieceBytesMax?: number
}

/**
 * A transport inside one process, for tests: bytes are delivered in pieces of random size, in event-loop turns of their own.
 * `breakAll` plays the end of a process: every connection closes at once, bytes under way are lost.
 */
export class InMemoryTransport implements ShuffleTransport {
  private readonly listeners = new Map<string, (connection: ByteConnection) => void>()
  private readonly ends = new Set<MemoryEnd>()

  constructor(readonly options: InMemoryTransportOptions = {}) {}

  async listen(address: string, accept: (connection: ByteConnection) => void): Promise<ShuffleListener> {
    this.listeners.set(address, accept)
    return {
      close: async () => {
        this.listeners.delete(address)
      },
    }
  }

  connect(address: string): ByteConnection {
    const near = new MemoryEnd(this)
    this.ends.add(near)
    setImmediate(() => this.join(near, address))
    return near
  }

  breakAll(reason?: Error): void {
    for (const end of [...this.ends]) end.close(reason)
  }

  private join(near: MemoryEnd, address: string): void {
    const accept = this.listeners.get(address)
    if (accept === undefined) {
      near.close(new Error(`nobody listens at ${address}`))
      return
    }
    const far = new MemoryEnd(this)
    this.ends.add(far)
    far.peer = near
    near.peer = far
    accept(far)
    near.deliver()
  }
}

interface Write {
  readonly pieces: Uint8Array[]
  readonly done: () => void
  offset: number
}

class MemoryEnd implements ByteConnection {
  peer: MemoryEnd | undefined
  private handlers: ByteConnectionHandlers | undefined
  private writes: Write[] = []
  private isDelivering = false
  private isEnding = false
  private isClosed = false

  constructor(private readonly transport: InMemoryTransport) {}

  start(handlers: ByteConnectionHandlers): void {
    this.handlers = handlers
  }

  write(pieces: readonly Uint8Array[], done: () => void): void {
    if (this.isClosed) return
    this.writes.push({pieces: [...pieces], done, offset: 0})
    this.deliver()
  }

  end(): void {
    this.isEnding = true
    this.deliver()
  }

  destroy(): void {
    this.close()
  }

  deliver(): void {
    if (this.isDelivering || this.peer === undefined) return
    this.isDelivering = true
    setImmediate(() => {
      this.isDelivering = false
      this.deliverPiece()
    })
  }

  close(reason?: Error): void {
    if (this.isClosed) return
    this.isClosed = true
    this.writes = []
    setImmediate(() => this.handlers?.closed(reason))
    this.peer?.close(reason)
  }

  private deliverPiece(): void {
    if (this.isClosed) return
    const write = this.writes[0]
    if (write === undefined) {
      if (this.isEnding) this.close()
      return
    }
    const {random = () => 0.999999, pieceBytesMax = 65_536} = this.transport.options
    const source = write.pieces[0]
    const end = Math.min(source.byteLength, write.offset + 1 + Math.floor(random() * pieceBytesMax))
    // Copied now, because the sender may change it after `done` only; overwritten after, to find a reader who keeps it.
    const piece = Uint8Array.from(source.subarray(write.offset, end))
    write.offset = end
    if (end === source.byteLength) {
      write.pieces.shift()
      write.offset = 0
    }
    this.peer?.handlers?.received(piece)
    piece.fill(0xee)
    if (write.pieces.length === 0 && !this.isClosed) {
      this.writes.shift()
      write.done()
    }
    this.deliver()
  }
}
