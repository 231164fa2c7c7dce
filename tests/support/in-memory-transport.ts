import {SimTransport} from '../../src/prove/sim-transport.js'
import type {ByteConnection, ShuffleListener, ShuffleTransport} from '../../src/shuffle/index.js'

/** Cuts and delays by a seed: the same seed gives the same run. */
export interface InMemoryTransportOptions {
  /** In [0, 1). */
  readonly random?: () => number
  /** Longest piece that is delivered at once. */
  readonly pieceBytesMax?: number
}

/**
 * The simulated data plane of src/prove without simulated time: bytes are delivered in pieces of random size, in event-loop turns of their own.
 * `breakAll` plays the end of a process: every connection closes at once, bytes under way are lost.
 */
export class InMemoryTransport implements ShuffleTransport {
  private readonly transport: SimTransport
  private readonly own: ShuffleTransport

  constructor({random = () => 0.999999, pieceBytesMax = 65_536}: InMemoryTransportOptions = {}) {
    this.transport = new SimTransport({
      later: (run) => void setImmediate(run),
      soon: (run) => void setImmediate(run),
      pieceBytes: () => 1 + Math.floor(random() * pieceBytesMax),
    })
    this.own = this.transport.of(this)
  }

  listen(address: string, accept: (connection: ByteConnection) => void): Promise<ShuffleListener> {
    return this.own.listen(address, accept)
  }

  connect(address: string): ByteConnection {
    return this.own.connect(address)
  }

  breakAll(reason?: Error): void {
    this.transport.breakAll(this, reason)
  }
}
