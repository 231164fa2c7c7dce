import {FtsError} from '../core/index.js'
import type {Connection} from '../platform/index.js'
import {bytesToText, textToBytes} from './bytes-in-messages.js'
import {FrameReader} from './frame-reader.js'
import {encodeFrame, FRAME_TYPES, type Frame} from './frames.js'
import {checkHandshake, handshakeFrame, type RpcRole} from './handshake.js'
import {JOB_MANAGER_MESSAGE_KINDS, TASK_MANAGER_MESSAGE_KINDS} from './message-kinds.js'

interface Message {
  readonly kind: string
}

/**
 * One side of a connection between a JobManager and a TaskManager: typed messages out and in.
 *
 * Both sides send their handshake at once and do not wait for the other's, so that it costs no round trip; the first frame
 * that comes in must be the peer's. A peer that is not ours or has another version is refused: the connection closes, and
 * `onClose` says why. Messages that come in before `onMessage` is called wait.
 *
 * Errors   only through `onClose`: those of FrameReader and `checkHandshake`, `fatal` `FTS_RPC_MESSAGE` for a message that
 *          is no JSON or has a kind that the peer's role does not send, and the connection's own.
 */
export class RpcEndpoint<Out extends Message, In extends Message> {
  private readonly reader = new FrameReader()
  private handshaken = false
  private ended = false
  private protocolError: FtsError | undefined
  private receive: ((message: In) => void) | undefined
  private readonly waiting: In[] = []

  constructor(
    private readonly connection: Connection,
    private readonly role: RpcRole,
  ) {
    connection.send(handshakeFrame(role))
    connection.onData((bytes) => this.takeBytes(bytes))
  }

  /** Bytes of messages not yet handed to the system. */
  get queuedBytes(): number {
    return this.connection.queuedBytes
  }

  /** Queues a message; after `close` it is dropped. */
  send(message: Out): void {
    if (!this.ended) this.connection.send(encodeFrame(FRAME_TYPES.message, bytesToText(message)))
  }

  onMessage(receive: (message: In) => void): void {
    this.receive = receive
    for (const message of this.waiting.splice(0)) receive(message)
  }

  /** Called once, with the reason when the connection broke or the peer was refused. */
  onClose(closed: (error?: Error) => void): void {
    this.connection.onClose((error) => {
      this.ended = true
      closed(this.protocolError ?? error)
    })
  }

  /** Sends what is queued, then closes. */
  close(): void {
    this.ended = true
    this.connection.close()
  }

  private takeBytes(bytes: Uint8Array): void {
    if (this.ended) return
    for (const message of this.decode(bytes)) this.deliver(message)
  }

  /** The messages in these bytes; a peer that is refused closes the connection, and what came before still counts. */
  private decode(bytes: Uint8Array): In[] {
    const messages: In[] = []
    try {
      for (const frame of this.reader.push(bytes)) {
        if (this.handshaken) messages.push(this.decodeMessage(frame))
        else this.takeHandshake(frame)
      }
    } catch (error) {
      this.protocolError = FtsError.from(error)
      this.close()
    }
    return messages
  }

  private takeHandshake(frame: Frame): void {
    checkHandshake(frame.type === FRAME_TYPES.handshake ? parseJson(frame.payload) : undefined, this.role)
    this.handshaken = true
  }

  private decodeMessage(frame: Frame): In {
    const message = frame.type === FRAME_TYPES.message ? parseJson(frame.payload) : undefined
    const kinds = this.role === 'jobmanager' ? TASK_MANAGER_MESSAGE_KINDS : JOB_MANAGER_MESSAGE_KINDS
    const kind = (message as Partial<Message> | null | undefined)?.kind
    if (kind !== undefined && kinds.has(kind)) return textToBytes(message as Message) as In
    throw new FtsError('fatal', 'FTS_RPC_MESSAGE', `the ${this.role} got a message of an unknown kind: ${String(kind)}`)
  }

  private deliver(message: In): void {
    if (this.receive === undefined) this.waiting.push(message)
    else this.receive(message)
  }
}

function parseJson(payload: Uint8Array): unknown {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FtsError(
      'fatal',
      'FTS_RPC_MESSAGE',
      `an RPC frame of ${payload.byteLength} bytes is no JSON`,
      {},
      {cause},
    )
  }
}
