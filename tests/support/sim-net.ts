import {FtsError} from '../../src/core/index.js'
import type {Connection, Listener, Net} from '../../src/platform/index.js'
import type {SimRandom} from './sim-random.js'
import type {SimWorld} from './sim-world.js'

export interface SimNetOptions {
  readonly world: SimWorld
  readonly random: SimRandom
  /** Messages take up to this long. */
  readonly delayMsMax: number
}

/** Connections in memory: bytes arrive in order, late, and in pieces of any size; a cut loses what is on its way. */
export class SimNet implements Net {
  private readonly listeners = new Map<string, (connection: Connection) => void>()

  constructor(private readonly options: SimNetOptions) {}

  async listen(path: string, accept: (connection: Connection) => void): Promise<Listener> {
    this.listeners.set(path, accept)
    return {
      close: async () => {
        this.listeners.delete(path)
      },
    }
  }

  connect(path: string): Promise<SimConnection> {
    return new Promise((resolve, reject) => {
      this.options.world.after(this.options.random.next() * this.options.delayMsMax, () => {
        const accept = this.listeners.get(path)
        if (accept === undefined) {
          reject(new FtsError('restartable', 'FTS_SOCKET_CONNECT', `nobody listens on ${path}`))
          return
        }
        const [mine, theirs] = SimConnection.pair(this.options)
        accept(theirs)
        resolve(mine)
      })
    })
  }
}

export class SimConnection implements Connection {
  readonly queuedBytes = 0
  private peer!: SimConnection
  private receive: ((bytes: Uint8Array) => void) | undefined
  private readonly early: Uint8Array[] = []
  private readonly closedCallbacks: ((error?: Error) => void)[] = []
  private lastArrivalMs = 0
  private sending = true
  private isClosed = false

  private constructor(private readonly options: SimNetOptions) {}

  static pair(options: SimNetOptions): [SimConnection, SimConnection] {
    const [a, b] = [new SimConnection(options), new SimConnection(options)]
    a.peer = b
    b.peer = a
    return [a, b]
  }

  send(bytes: Uint8Array): void {
    if (!this.sending) return
    const cut = this.options.random.chance(0.3) ? this.options.random.int(0, bytes.byteLength) : bytes.byteLength
    for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)])
      if (piece.byteLength > 0) this.arrive(() => this.peer.deliver(piece))
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
    if (!this.sending) return
    this.sending = false
    this.arrive(() => this.peer.end())
    this.options.world.after(0, () => this.end())
  }

  /** As when a process dies: what is on its way arrives or not, and the peer sees the end of it. */
  cut(): void {
    this.sending = false
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
    if (this.isClosed) return
    if (this.receive === undefined) this.early.push(bytes)
    else this.receive(bytes)
  }

  private end(error?: Error): void {
    if (this.isClosed) return
    this.isClosed = true
    this.sending = false
    for (const closed of this.closedCallbacks) closed(error)
  }
}
