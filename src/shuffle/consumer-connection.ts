import {performance} from 'node:perf_hooks'
import {FtsError} from '../core/index.js'
import {FrameReader, type FrameSink} from './frame-reader.js'
import {type FrameSource, FrameWriter} from './frame-writer.js'
import {
  badFrame,
  CANCEL_VALUES,
  decodeError,
  decodeHello,
  encodeError,
  encodeFrame,
  encodeHello,
  encodePartitionRequest,
  FRAME_HEADER_BYTES,
  FRAME_KINDS,
  type FrameHeader,
  WHOLE_CONNECTION,
  writeHeader,
} from './frames.js'
import type {NetworkSegment} from './network-segment.js'
import type {RemoteInputChannel} from './remote-input-channel.js'
import type {ByteConnection} from './transport.js'

export interface ConsumerConnectionParts {
  readonly connection: ByteConnection
  readonly dataAddress: string
  readonly producerAddress: string
  readonly segmentSizeBytes: number
  readonly payloadBytesMax: number
  /** It takes no more channels: closed, or about to be. */
  onClosed(connection: ConsumerConnection): void
}

/**
 * The receiving end of the connection to one producer slot, shared by all channels that come from there. It closes when the last
 * of them has ended.
 */
export class ConsumerConnection implements FrameSink, FrameSource {
  private readonly channels = new Map<number, RemoteInputChannel>()
  private readonly withCredit = new Set<number>()
  private readonly writer: FrameWriter
  private readonly reader: FrameReader
  private readonly receivedBy: RemoteInputChannel[] = []
  private nextChannel = 0
  private greeted = false
  private isEnding = false

  constructor(private readonly parts: ConsumerConnectionParts) {
    const {connection, segmentSizeBytes, dataAddress, producerAddress, payloadBytesMax} = parts
    this.writer = new FrameWriter(connection, this)
    this.reader = new FrameReader(this, payloadBytesMax)
    connection.start({received: (bytes) => this.received(bytes), closed: (reason) => this.closed(reason)})
    this.writer.send(encodeHello({segmentSizeBytes, from: dataAddress, to: producerAddress}))
  }

  get producerAddress(): string {
    return this.parts.producerAddress
  }

  /** Asks the producer for the channel's subpartition; answers the channel's number. */
  open(channel: RemoteInputChannel): number {
    const number = this.nextChannel
    this.nextChannel += 1
    this.channels.set(number, channel)
    const {partitionId, subpartitionIndex} = channel
    const credit = channel.takeCredit()
    this.writer.send(encodePartitionRequest({partitionId, subpartitionIndex, channel: number, credit}))
    return number
  }

  /** The channel is read no more. */
  cancel(number: number, hasEnough: boolean): void {
    if (!this.channels.has(number)) return
    const value = hasEnough ? CANCEL_VALUES.hasEnough : CANCEL_VALUES.gone
    this.writer.send(encodeFrame({kind: FRAME_KINDS.cancelPartitionRequest, channel: number, value}))
    this.close(number)
  }

  /** The channel has ended. */
  close(number: number): void {
    this.channels.delete(number)
    this.withCredit.delete(number)
    if (this.channels.size === 0) this.end()
  }

  creditAvailable(number: number): void {
    this.withCredit.add(number)
    this.writer.schedule(0)
  }

  destroy(): void {
    this.end()
    this.parts.connection.destroy()
  }

  /** Announces the credit of all channels that have some. */
  addNext(writer: FrameWriter): boolean {
    if (this.withCredit.size === 0) return false
    const frames = Buffer.allocUnsafe(this.withCredit.size * FRAME_HEADER_BYTES)
    let end = 0
    for (const number of this.withCredit) {
      const credit = this.channels.get(number)?.takeCredit() ?? 0
      if (credit === 0) continue
      const header = {
        kind: FRAME_KINDS.addCredit,
        flags: 0,
        backlog: 0,
        channel: number,
        value: credit,
        payloadBytes: 0,
      }
      writeHeader(frames, end, header)
      end += FRAME_HEADER_BYTES
    }
    this.withCredit.clear()
    if (end > 0) writer.add(frames.subarray(0, end))
    return end > 0
  }

  segmentFor(header: Readonly<FrameHeader>): NetworkSegment | undefined {
    if (!this.greeted) throw badFrame('data before its greeting')
    return this.channels.get(header.channel)?.segmentFor(header)
  }

  data(header: Readonly<FrameHeader>, segment: NetworkSegment): void {
    const channel = this.channels.get(header.channel)
    if (channel === undefined) {
      segment.release()
      return
    }
    this.receivedBy.push(channel)
    channel.data(header, segment)
  }

  control(header: Readonly<FrameHeader>, payload: Buffer): void {
    const {kind} = header
    if (kind === FRAME_KINDS.error) this.peerFailed(header.channel, decodeError(payload))
    else if (kind === FRAME_KINDS.hello) this.greet(payload)
    else if (!this.greeted) throw badFrame(`a frame of kind ${kind} before its greeting`, {kind})
    else if (kind === FRAME_KINDS.event) this.channels.get(header.channel)?.event(header, payload)
    else throw badFrame(`a frame of kind ${kind} to a consumer`, {kind})
  }

  private greet(payload: Buffer): void {
    const {from} = decodeHello(payload)
    if (from !== this.parts.producerAddress) throw badFrame(`a greeting from ${from} at ${this.parts.producerAddress}`)
    this.greeted = true
  }

  private peerFailed(number: number, error: FtsError): void {
    if (number === WHOLE_CONNECTION) {
      this.failAll(error)
      return
    }
    const channel = this.channels.get(number)
    this.close(number)
    channel?.failed(error)
  }

  /** What still comes after the last channel has gone, or after an error, is not looked at. */
  private received(bytes: Uint8Array): void {
    if (this.isEnding) return
    const beginMs = performance.now()
    try {
      this.reader.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch (thrown) {
      const error = FtsError.from(thrown)
      this.writer.send(encodeError(WHOLE_CONNECTION, error))
      this.failAll(error)
    }
    this.shareOut(performance.now() - beginMs)
  }

  /** The time of one piece of the stream belongs to the channels that got frames from it, in equal shares. */
  private shareOut(milliseconds: number): void {
    const {receivedBy} = this
    for (const channel of receivedBy) channel.charge(milliseconds / receivedBy.length)
    receivedBy.length = 0
  }

  private failAll(error: FtsError): void {
    const channels = [...this.channels.values()]
    this.channels.clear()
    this.end()
    for (const channel of channels) channel.failed(error)
  }

  private end(): void {
    if (this.isEnding) return
    this.isEnding = true
    this.writer.end()
    this.parts.onClosed(this)
  }

  private closed(reason: Error | undefined): void {
    this.reader.close()
    this.writer.close()
    const channels = [...this.channels.values()]
    this.channels.clear()
    if (!this.isEnding) {
      this.isEnding = true
      this.parts.onClosed(this)
    }
    for (const channel of channels) channel.connectionLost(reason)
  }
}
