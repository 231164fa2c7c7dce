import type {ByteConnection, ByteConnectionHandlers} from '../shuffle/index.js'

/** How bytes travel. */
export interface ByteTravel {
  /** When a piece arrives. */
  later(run: () => void): void
  /** When an end is heard of. */
  soon(run: () => void): void
  /** How long the next piece may be. */
  pieceBytes(): number
}

interface Write {
  readonly pieces: Uint8Array[]
  readonly done: () => void
  offset: number
}

/** One end of a simulated connection of the data plane: bytes arrive in order, late and cut anywhere. */
export class SimByteConnection implements ByteConnection {
  private peer: SimByteConnection | undefined
  private handlers: ByteConnectionHandlers | undefined
  private writes: Write[] = []
  private isDelivering = false
  private isEnding = false
  private isClosed = false

  constructor(private readonly travel: ByteTravel) {}

  /** Answers the other end, for who accepts it. What was written already is on its way when `begin` is called. */
  accepted(): SimByteConnection {
    const far = new SimByteConnection(this.travel)
    far.peer = this
    this.peer = far
    return far
  }

  begin(): void {
    this.deliver()
  }

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

  /** Its process is dead: nobody here hears of the end. */
  die(): void {
    this.handlers = undefined
    this.close(new Error('read ECONNRESET'))
  }

  /** Of both ends; what is under way is lost. */
  close(reason?: Error): void {
    if (this.isClosed) return
    this.isClosed = true
    this.writes = []
    this.travel.soon(() => this.handlers?.closed(reason))
    this.peer?.close(reason)
  }

  private deliver(): void {
    if (this.isDelivering || this.isClosed || this.peer === undefined) return
    this.isDelivering = true
    this.travel.later(() => {
      this.isDelivering = false
      this.deliverPiece()
    })
  }

  private deliverPiece(): void {
    if (this.isClosed) return
    const write = this.writes[0]
    if (write === undefined) {
      if (this.isEnding) this.close()
      return
    }
    const source = write.pieces[0]
    const end = Math.min(source.byteLength, write.offset + this.travel.pieceBytes())
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
