import {FtsError} from '../core/index.js'
import {Fifo} from './fifo.js'
import {FrameReader, type FrameSink} from './frame-reader.js'
import {type FrameSource, FrameWriter} from './frame-writer.js'
import {
  badFrame,
  CANCEL_VALUES,
  decodeHello,
  decodePartitionRequest,
  encodeError,
  encodeHello,
  FRAME_KINDS,
  type FrameHeader,
  WHOLE_CONNECTION,
} from './frames.js'
import type {PartitionRegistry} from './partition-registry.js'
import {SubpartitionView, type SubpartitionViewParent} from './subpartition-view.js'
import type {ByteConnection} from './transport.js'

export interface ProducerConnectionParts {
  readonly connection: ByteConnection
  readonly registry: PartitionRegistry
  readonly dataAddress: string
  readonly segmentSizeBytes: number
  /** Books time of sending to the tasks whose data it was. */
  charge(milliseconds: number, partitionIds: readonly string[]): void
  onClosed(connection: ProducerConnection, reason: FtsError | undefined): void
}

interface Channel {
  readonly view: SubpartitionView
  readonly partitionId: string
  /** Takes the request back while it waits for its partition. */
  forget(): void
}

/**
 * The sending end of the connection of one consumer slot: a view for each channel it has asked for.
 *
 * Views with something to send stand in a queue; each sends one frame and goes to the back, so that every channel with data and
 * credit has its turn and one without holds up nobody.
 */
export class ProducerConnection implements FrameSink, FrameSource, SubpartitionViewParent {
  private readonly channels = new Map<number, Channel>()
  private readonly queue = new Fifo<SubpartitionView>()
  private readonly writer: FrameWriter
  private readonly reader: FrameReader
  private greeted = false
  private sentOf: string[] = []
  private failure: FtsError | undefined

  constructor(private readonly parts: ProducerConnectionParts) {
    this.writer = new FrameWriter(parts.connection, this)
    this.reader = new FrameReader(this, 0)
    parts.connection.start({received: (bytes) => this.received(bytes), closed: () => this.closed()})
  }

  destroy(): void {
    this.parts.connection.destroy()
  }

  addNext(writer: FrameWriter): boolean {
    for (let view = this.queue.shift(); view !== undefined; view = this.queue.shift()) {
      view.isQueued = false
      const channel = this.channels.get(view.channel)
      if (channel === undefined || !view.isSendable || !view.sendNext(writer)) continue
      this.sentOf.push(channel.partitionId)
      if (view.isSendable && this.channels.has(view.channel)) this.enqueue(view)
      return true
    }
    return false
  }

  charge(milliseconds: number): void {
    if (this.sentOf.length === 0) return
    this.parts.charge(milliseconds, this.sentOf)
    this.sentOf = []
  }

  enqueue(view: SubpartitionView): void {
    view.isQueued = true
    this.queue.push(view)
  }

  schedule(newBytes: number): void {
    this.writer.schedule(newBytes)
  }

  ended(view: SubpartitionView): void {
    this.channels.delete(view.channel)
  }

  failed(view: SubpartitionView, error: FtsError): void {
    this.channels.delete(view.channel)
    this.writer.send(encodeError(view.channel, error))
  }

  segmentFor(): undefined {
    throw badFrame('data to a producer')
  }

  data(): void {}

  control(header: Readonly<FrameHeader>, payload: Buffer): void {
    const {kind, channel, value} = header
    if (!this.greeted && kind !== FRAME_KINDS.hello)
      throw badFrame(`a frame of kind ${kind} before its greeting`, {kind})
    if (kind === FRAME_KINDS.hello) this.greet(payload)
    else if (kind === FRAME_KINDS.partitionRequest) this.request(channel, value, payload)
    else if (kind === FRAME_KINDS.addCredit) this.channels.get(channel)?.view.addCredit(value)
    else if (kind === FRAME_KINDS.cancelPartitionRequest) this.cancel(channel, value === CANCEL_VALUES.hasEnough)
    else throw badFrame(`a frame of kind ${kind} to a producer`, {kind})
  }

  private greet(payload: Buffer): void {
    const hello = decodeHello(payload)
    const {dataAddress, segmentSizeBytes} = this.parts
    if (hello.to !== dataAddress) throw wrongSlot(hello.to, dataAddress)
    if (hello.segmentSizeBytes !== segmentSizeBytes) throw otherSegmentSize(hello.segmentSizeBytes, segmentSizeBytes)
    this.greeted = true
    this.writer.send(encodeHello({segmentSizeBytes, from: dataAddress, to: hello.from}))
  }

  private request(channel: number, credit: number, payload: Buffer): void {
    const {partitionId, subpartitionIndex} = decodePartitionRequest(payload)
    const view = new SubpartitionView(this, channel, credit)
    if (this.channels.has(channel)) throw badFrame(`a second request for channel ${channel}`, {channel})
    let forget = () => {}
    this.channels.set(channel, {view, partitionId, forget: () => forget()})
    forget = this.parts.registry.request({
      partitionId,
      subpartitionIndex,
      found: (subpartition) => view.start(subpartition),
      failed: (error) => this.failed(view, error),
    })
  }

  private cancel(channel: number, hasEnough: boolean): void {
    const entry = this.channels.get(channel)
    this.channels.delete(channel)
    entry?.forget()
    entry?.view.cancel(hasEnough)
  }

  private received(bytes: Uint8Array): void {
    if (this.failure !== undefined) return
    try {
      this.reader.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch (error) {
      this.failure = FtsError.from(error)
      this.writer.send(encodeError(WHOLE_CONNECTION, this.failure))
      this.writer.end()
    }
  }

  /** The consumer slot has gone: its subpartitions are freed. */
  private closed(): void {
    this.reader.close()
    const channels = [...this.channels.values()]
    this.channels.clear()
    this.queue.clear()
    for (const {view, forget} of channels) {
      forget()
      view.cancel(false)
    }
    this.writer.close()
    this.parts.onClosed(this, this.failure)
  }
}

function wrongSlot(wanted: string, dataAddress: string): FtsError {
  return new FtsError(
    'fatal',
    'FTS_SHUFFLE_ADDRESS',
    `a consumer looks for the slot at ${wanted}, but this is the slot at ${dataAddress}`,
    {wanted, dataAddress},
  )
}

function otherSegmentSize(theirs: number, ours: number): FtsError {
  return new FtsError(
    'user',
    'FTS_SHUFFLE_SEGMENT_SIZE',
    `a consumer's network segments have ${theirs} bytes, its producer's ${ours}`,
    {theirs, ours},
    {tryThis: 'Give all TaskManagers of the cluster the same taskmanager.memory.segment-size.'},
  )
}
