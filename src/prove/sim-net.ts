import {FtsError} from '../core/index.js'
import type {Connection, Listener, Net} from '../platform/index.js'
import {SimConnection, type SimConnectionOptions} from './sim-connection.js'
import type {SimProcess} from './sim-process.js'
import type {SimWorld} from './sim-world.js'

export interface SimNetOptions extends SimConnectionOptions {
  readonly world: SimWorld
}

/** The sockets as one process sees them. */
export interface ProcessNet extends Net {
  connect(path: string): Promise<SimConnection>
}

/** The control plane's sockets: bytes arrive in order and late; the end of a process loses what it had under way. */
export class SimNet {
  private readonly listeners = new Map<string, {readonly process: SimProcess; accept(end: SimConnection): void}>()
  private readonly ends = new Map<SimProcess, SimConnection[]>()

  constructor(private readonly options: SimNetOptions) {}

  of(process: SimProcess): ProcessNet {
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
    const mine = {
      process,
      accept: (end: SimConnection) => {
        this.own(process, end)
        process.reach(() => accept(end))
      },
    }
    this.listeners.set(path, mine)
    return {
      close: async () => {
        if (this.listeners.get(path) === mine) this.listeners.delete(path)
      },
    }
  }

  private connect(process: SimProcess, path: string): Promise<SimConnection> {
    return new Promise((resolve, reject) => {
      process.after(this.options.random.next() * this.options.delayMsMax, () => {
        const listener = this.listeners.get(path)
        if (listener?.process.isAlive !== true) {
          reject(new FtsError('restartable', 'FTS_SOCKET_CONNECT', `nobody listens on ${path}`))
          return
        }
        const [mine, theirs] = SimConnection.pair(this.options)
        this.own(process, mine)
        listener.accept(theirs)
        resolve(mine)
      })
    })
  }

  private own(process: SimProcess, end: SimConnection): void {
    end.owner = process
    if (!process.isAlive) end.cut()
    else this.ends.set(process, [...(this.ends.get(process) ?? []), end])
  }
}
