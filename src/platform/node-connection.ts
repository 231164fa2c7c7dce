import type {Socket} from 'node:net'
import type {Connection} from './platform.js'

/** A connected socket. Data that arrives before `onData` waits in the system. */
export class NodeConnection implements Connection {
  private corked = false
  private error: Error | undefined

  constructor(private readonly socket: Socket) {
    socket.on('error', (error) => {
      this.error = error
    })
  }

  get queuedBytes(): number {
    return this.socket.writableLength
  }

  /** What is sent within one turn leaves in one system call: a registration's answer and its slot requests together. */
  send(bytes: Uint8Array): void {
    if (this.socket.writableEnded || this.socket.destroyed) return
    if (!this.corked) {
      this.corked = true
      this.socket.cork()
      process.nextTick(this.uncork)
    }
    this.socket.write(bytes)
  }

  onData(receive: (bytes: Uint8Array) => void): void {
    this.socket.on('data', receive)
  }

  onClose(closed: (error?: Error) => void): void {
    this.socket.once('close', () => closed(this.error))
  }

  /** Sends what is queued, then closes both ways. */
  close(): void {
    if (!this.socket.destroyed) this.socket.destroySoon()
  }

  private readonly uncork = (): void => {
    this.corked = false
    this.socket.uncork()
  }
}
