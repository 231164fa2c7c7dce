import {FtsError} from '../../src/core/index.js'
import type {Connection, Listener, Net, SeededRandom} from '../../src/platform/index.js'
import {SimConnection, type SimConnectionOptions} from '../../src/prove/sim-connection.js'

type SimNetOptions = Omit<SimConnectionOptions, 'piecesOf'>

/** Connections in memory: bytes arrive in order, late, and in pieces of any size; a cut loses what is on its way. */
export class SimNet implements Net {
  private readonly listeners = new Map<string, (connection: Connection) => void>()

  private readonly options: SimConnectionOptions

  constructor(options: SimNetOptions) {
    this.options = {...options, piecesOf: (bytes) => cutSomewhere(bytes, options.random)}
  }

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

/** Some are cut in two. */
function cutSomewhere(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  const cut = random.chance(0.3) ? random.int(0, bytes.byteLength) : bytes.byteLength
  return [bytes.subarray(0, cut), bytes.subarray(cut)].filter((piece) => piece.byteLength > 0)
}
