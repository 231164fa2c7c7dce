import type {ByteConnection, ShuffleListener, ShuffleTransport} from '../shuffle/index.js'
import {type ByteTravel, SimByteConnection} from './sim-byte-connection.js'

interface SimListener {
  readonly process: object
  accept(end: SimByteConnection): void
}

/** The data plane's sockets, from slot to slot; a dead process takes with it what was under way. */
export class SimTransport {
  private readonly listeners = new Map<string, SimListener>()
  private readonly ends = new Map<object, Set<SimByteConnection>>()

  constructor(private readonly travel: ByteTravel) {}

  /** As a process sees them. */
  of(process: object): ShuffleTransport {
    return {
      listen: (address, accept) => this.listen(process, address, accept),
      connect: (address) => this.connect(process, address),
    }
  }

  died(process: object): void {
    for (const [address, listener] of this.listeners) if (listener.process === process) this.listeners.delete(address)
    for (const end of [...(this.ends.get(process) ?? [])]) end.die()
    this.ends.delete(process)
  }

  /** Every connection of the process breaks, and it hears of that. */
  breakAll(process: object, reason?: Error): void {
    for (const end of [...(this.ends.get(process) ?? [])]) end.close(reason)
  }

  private async listen(
    process: object,
    address: string,
    accept: (connection: ByteConnection) => void,
  ): Promise<ShuffleListener> {
    const mine: SimListener = {
      process,
      accept: (end) => {
        this.own(process, end)
        accept(end)
      },
    }
    this.listeners.set(address, mine)
    return {
      close: async () => {
        if (this.listeners.get(address) === mine) this.listeners.delete(address)
      },
    }
  }

  private connect(process: object, address: string): ByteConnection {
    const near = new SimByteConnection(this.travel)
    this.own(process, near)
    this.travel.later(() => this.join(near, address))
    return near
  }

  private join(near: SimByteConnection, address: string): void {
    const listener = this.listeners.get(address)
    if (listener === undefined) {
      near.close(new Error(`nobody listens at ${address}`))
      return
    }
    listener.accept(near.accepted())
    near.begin()
  }

  private own(process: object, end: SimByteConnection): void {
    const ends = this.ends.get(process) ?? new Set()
    this.ends.set(process, ends)
    ends.add(end)
  }
}
