import {FtsError} from '../core/index.js'
import type {Connection, Listener, Net} from '../platform/index.js'
import type {SeededRandom} from './seeded-random.js'
import type {SimProcess} from './sim-process.js'
import type {SimWorld} from './sim-world.js'

export interface SimNetOptions {
  readonly world: SimWorld
  readonly random: SeededRandom
  /** Bytes take up to this long. */
  readonly delayMsMax: number
}

/** The control plane's sockets: bytes arrive in order, late, and in pieces of any size; the end of a process loses what it had under way. */
export class SimNet {
  private readonly listeners = new Map<string, (connection: Connection) => void>()
  private readonly ends = new Map<SimProcess, SimConnection[]>()

  constructor(private readonly options: SimNetOptions) {}

  /** The sockets as a process sees them. */
  of(process: SimProcess): Net {
    return {
      listen: (path, accept) => this.listen(process, path, accept),
      connect: (path) => this.connect(process, path),
    }
  }

  /** A process has died. */
  died(process: SimProcess): void {
    for (const end of this.ends.get(process) ?? []) end.cut()
    this.ends.delete(process)
  }

  private async listen(process: SimProcess, path: string, accept: (end: Connection) => void): Promise<Listener> {
    const mine = (end: Connection) => {
      this.own(process, end as SimConnection)
      accept(end)
    }
    this.listeners.set(path, mine)
    return {
      close: async () => {
        if (this.listeners.get(path) === mine) this.listeners.delete(path)
      },
    }
  }

  private connect(process: SimProcess, path: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      process.after(this.options.random.next() * this.options.delayMsMax, () => {
        const accept = this.listeners.get(path)
        if (accept === undefined) {
          reject(new FtsError('restartable', 'FTS_SOCKET_CONNECT', `nobody listens on ${path}`))
          return
        }
        const [mine, theirs] = SimConnection.pair(this.options)
        this.own(process, mine)
        accept(theirs)
        resolve(mine)
      })
    })
  }

  private own(process: SimProcess, end: SimConnection): void {
    if (!process.isAlive) end.cut()
    else this.ends.set(process, [...(this.ends.get(process) ?? []), end])
  }
}

class SimConnection implements Connection {
  readonly queuedBytes = 0
  private peer!: SimConnection
  private receive: ((bytes: Uint8Array) => void) | undefined
  private readonly early: Uint8Array[] = []
  private readonly closedCallbacks: ((error?: Error) => void)[] = []
  private lastArrivalMs = 0
  private isSending = true
  private isClosed = false

  private constructor(private readonly options: SimNetOptions) {}

  static pair(options: SimNetOptions): [SimConnection, SimConnection] {
    const [a, b] = [new SimConnection(options), new SimConnection(options)]
    a.peer = b
    b.peer = a
    return [a, b]
  }

  send(bytes: Uint8Array): void {
    if (this.isSending) this.arrive(() => this.peer.deliver(bytes))
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
    const nowMs = world.monotonicMs()
    this.lastArrivalMs = Math.max(this.lastArrivalMs, nowMs + random.next() * delayMsMax)
    world.after(this.lastArrivalMs - nowMs, run)
  }

  private deliver(bytes: Uint8Array): void {
    if (this.isClosed) return
    if (this.receive === undefined) this.early.push(bytes)
    else this.receive(bytes)
  }

  private end(error?: Error): void {
    if (this.isClosed) return
    this.isClosed = true
    this.isSending = false
    for (const closed of this.closedCallbacks) closed(error)
  }
}
