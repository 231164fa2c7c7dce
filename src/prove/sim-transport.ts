import type {ByteConnection, ByteConnectionHandlers, ShuffleListener, ShuffleTransport} from '../shuffle/index.js'
import type {SimNetOptions} from './sim-net.js'
import type {SimProcess} from './sim-process.js'

/** The data plane's sockets, from slot to slot: in order and late; a dead process takes with it what was under way. */
export class SimTransport {
  private readonly listeners = new Map<string, (connection: ByteConnection) => void>()
  private readonly ends = new Map<SimProcess, Set<SimEnd>>()

  constructor(readonly options: SimNetOptions) {}

  of(process: SimProcess): ShuffleTransport {
    return {
      listen: (address, accept) => this.listen(process, address, accept),
      connect: (address) => this.connect(process, address),
    }
  }

  died(process: SimProcess): void {
    for (const end of [...(this.ends.get(process) ?? [])]) end.die()
    this.ends.delete(process)
  }

  private async listen(
    process: SimProcess,
    address: string,
    accept: (connection: ByteConnection) => void,
  ): Promise<ShuffleListener> {
    const mine = (end: ByteConnection) => {
      this.own(process, end as SimEnd)
      accept(end)
    }
    this.listeners.set(address, mine)
    return {
      close: async () => {
        if (this.listeners.get(address) === mine) this.listeners.delete(address)
      },
    }
  }

  private connect(process: SimProcess, address: string): ByteConnection {
    const near = new SimEnd(this.options)
    this.own(process, near)
    this.options.world.after(this.options.random.next() * this.options.delayMsMax, () => this.join(near, address))
    return near
  }

  private join(near: SimEnd, address: string): void {
    const accept = this.listeners.get(address)
    if (accept === undefined) {
      near.close(new Error(`nobody listens at ${address}`))
      return
    }
    const far = new SimEnd(this.options)
    far.peer = near
    near.peer = far
    accept(far)
    near.deliver()
  }

  private own(process: SimProcess, end: SimEnd): void {
    const ends = this.ends.get(process) ?? new Set()
    this.ends.set(process, ends)
    ends.add(end)
  }
}

interface Write {
  readonly bytes: Uint8Array
  readonly done: () => void
}

class SimEnd implements ByteConnection {
  peer: SimEnd | undefined
  private handlers: ByteConnectionHandlers | undefined
  private writes: Write[] = []
  private isDelivering = false
  private isEnding = false
  private isClosed = false

  constructor(private readonly options: SimNetOptions) {}

  start(handlers: ByteConnectionHandlers): void {
    this.handlers = handlers
  }

  write(pieces: readonly Uint8Array[], done: () => void): void {
    if (this.isClosed) return
    this.writes.push({bytes: Buffer.concat(pieces), done})
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
    if (this.isDelivering || this.isClosed || this.peer === undefined) return
    this.isDelivering = true
    this.options.world.after(this.options.random.next() * this.options.delayMsMax, () => {
      this.isDelivering = false
      this.deliverNext()
    })
  }

  /** Its process is dead: nobody here hears of the end. */
  die(): void {
    this.handlers = undefined
    this.close(new Error('read ECONNRESET'))
  }

  close(reason?: Error): void {
    if (this.isClosed) return
    this.isClosed = true
    this.writes = []
    this.options.world.after(0, () => this.handlers?.closed(reason))
    this.peer?.close(reason)
  }

  private deliverNext(): void {
    if (this.isClosed) return
    const write = this.writes.shift()
    if (write === undefined) {
      if (this.isEnding) this.close()
      return
    }
    this.peer?.handlers?.received(write.bytes)
    if (!this.isClosed) write.done()
    this.deliver()
  }
}
