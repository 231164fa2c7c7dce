import type {Connection, SeededRandom, Timer} from '../platform/index.js'

export interface SimConnectionOptions {
  readonly world: {
    monotonicMs(): number
    after(delayMs: number, run: () => void): Timer
    /** At a moment of `monotonicMs`; equal moments keep their order. */
    at(atMs: number, run: () => void): Timer
  }
  readonly random: SeededRandom
  /** Bytes take up to this long. */
  readonly delayMsMax: number
  /** What one write arrives as; default: as one piece. */
  readonly piecesOf?: (bytes: Uint8Array) => readonly Uint8Array[]
}

/** One end of a simulated socket: bytes arrive in order and late. */
export class SimConnection implements Connection {
  readonly queuedBytes = 0
  /** Whose end it is: what arrives there may have to wait. */
  owner: {reach(run: () => void): void} = {reach: (run) => run()}
  private peer!: SimConnection
  private receive: ((bytes: Uint8Array) => void) | undefined
  private readonly early: Uint8Array[] = []
  private readonly closedCallbacks: ((error?: Error) => void)[] = []
  private lastArrivalMs = 0
  private isSending = true
  private isClosed = false

  private constructor(private readonly options: SimConnectionOptions) {}

  static pair(options: SimConnectionOptions): [SimConnection, SimConnection] {
    const [a, b] = [new SimConnection(options), new SimConnection(options)]
    a.peer = b
    b.peer = a
    return [a, b]
  }

  send(bytes: Uint8Array): void {
    if (!this.isSending) return
    const {piecesOf} = this.options
    for (const piece of piecesOf?.(bytes) ?? [bytes]) this.arrive(() => this.peer.deliver(piece))
  }

  onData(receive: (bytes: Uint8Array) => void): void {
    this.receive = receive
    for (const bytes of this.early.splice(0)) receive(bytes)
  }

  onClose(closed: (error?: Error) => void): void {
    this.closedCallbacks.push(closed)
  }

  /** What was sent still arrives. */
  close(): void {
    if (!this.isSending) return
    this.isSending = false
    this.arrive(() => this.peer.end())
    this.options.world.after(0, () => this.end())
  }

  /** As when a process dies: what is on its way arrives or not, and the peer sees the end of it. */
  cut(): void {
    if (this.isClosed) return
    this.isSending = false
    this.isClosed = true
    const losesRest = this.options.random.chance(0.5)
    if (losesRest) this.peer.receive = () => {}
    this.arrive(() => this.peer.end(losesRest ? new Error('read ECONNRESET') : undefined))
  }

  private arrive(run: () => void): void {
    const {world, random, delayMsMax} = this.options
    this.lastArrivalMs = Math.max(this.lastArrivalMs, world.monotonicMs() + random.next() * delayMsMax)
    world.at(this.lastArrivalMs, run)
  }

  private deliver(bytes: Uint8Array): void {
    this.owner.reach(() => {
      if (this.isClosed) return
      if (this.receive === undefined) this.early.push(bytes)
      else this.receive(bytes)
    })
  }

  private end(error?: Error): void {
    this.owner.reach(() => {
      if (this.isClosed) return
      this.isClosed = true
      this.isSending = false
      for (const closed of this.closedCallbacks) closed(error)
    })
  }
}
