import {FtsError} from '../core/index.js'
import {captureItem, indexOfBarrier, mayOvertake} from './capture-item.js'
import {decodeEvent} from './channel-events.js'
import type {ConsumerConnection} from './consumer-connection.js'
import type {CreditAccount, CreditEntry, CreditLedger} from './credit-ledger.js'
import {Fifo} from './fifo.js'
import {badFrame, type FrameHeader} from './frames.js'
import type {AheadOfBarrier, ChannelItem, InputChannel, InputChannelParent} from './input-channel.js'
import type {LocalBufferPool} from './local-buffer-pool.js'
import type {NetworkSegment, SegmentOwner} from './network-segment.js'

export interface RemoteInputChannelParts {
  readonly gate: InputChannelParent
  readonly channelIndex: number
  readonly pool: LocalBufferPool
  readonly ledger: CreditLedger
  readonly partitionId: string
  readonly subpartitionIndex: number
  /** The producer's slot, for errors. */
  readonly producer: string
  /** Time of receiving that belongs to the gate's task. */
  charge(milliseconds: number): void
  /** The number of segments that hold data has changed. */
  filledChanged(change: 1 | -1): void
}

/** The receiving end of a channel from another slot. */
export class RemoteInputChannel implements InputChannel, CreditAccount, SegmentOwner {
  private readonly items = new Fifo<ChannelItem>()
  private readonly entry: CreditEntry
  private connection: ConsumerConnection | undefined
  /** Number of the channel on its connection. */
  private channel = -1
  private nextSequence = 0
  private isReleased = false

  constructor(private readonly parts: RemoteInputChannelParts) {
    this.entry = parts.ledger.open(this)
  }

  get partitionId(): string {
    return this.parts.partitionId
  }

  get subpartitionIndex(): number {
    return this.parts.subpartitionIndex
  }

  get hasItems(): boolean {
    return this.items.length > 0
  }

  connect(connection: ConsumerConnection): void {
    this.connection = connection
    this.channel = connection.open(this)
  }

  poll(): ChannelItem | undefined {
    return this.items.shift()
  }

  captureAhead({checkpointId, taker}: AheadOfBarrier): void {
    const {items} = this
    const end = indexOfBarrier(items, checkpointId)
    for (let i = 0; i < end; i++) captureItem(items.at(i)!, taker)
  }

  release(hasEnough = false): void {
    if (this.isReleased) return
    this.isReleased = true
    this.parts.ledger.close(this.entry)
    for (let item = this.items.shift(); item !== undefined; item = this.items.shift()) {
      if (item.kind === 'segment') item.release()
    }
    this.connection?.cancel(this.channel, hasEnough)
    this.connection = undefined
  }

  creditAvailable(): void {
    this.connection?.creditAvailable(this.channel)
  }

  /** Credit to announce to the producer now. */
  takeCredit(): number {
    return this.parts.ledger.takeCredit(this.entry)
  }

  /** The segment for a data frame whose header has come; undefined if nobody reads the channel any more. */
  segmentFor(header: Readonly<FrameHeader>): NetworkSegment | undefined {
    if (this.isReleased) return undefined
    this.checkSequence(header.value)
    if (!this.parts.ledger.tryFill(this.entry))
      throw badFrame('data for which it had no credit', {channel: header.channel})
    this.parts.filledChanged(1)
    return this.parts.pool.takeReserved(this)
  }

  data(header: Readonly<FrameHeader>, segment: NetworkSegment): void {
    if (this.isReleased) {
      segment.release()
      return
    }
    this.items.push(segment)
    this.parts.ledger.setBacklog(this.entry, header.backlog)
    this.parts.gate.itemsAvailable(this.parts.channelIndex)
  }

  event(header: Readonly<FrameHeader>, payload: Buffer): void {
    this.checkSequence(header.value)
    const event = decodeEvent(payload)
    if (event.kind === 'endOfChannel') this.ended()
    this.items.push({kind: 'event', event})
    if (event.kind === 'checkpointBarrier' && mayOvertake(event))
      this.parts.gate.barrierCame(this.parts.channelIndex, event)
    this.parts.gate.itemsAvailable(this.parts.channelIndex)
  }

  recycle(segment: NetworkSegment): void {
    this.parts.pool.giveSegment(segment)
    if (!this.isReleased) this.parts.filledChanged(-1)
    this.parts.ledger.emptied(this.entry)
  }

  charge(milliseconds: number): void {
    this.parts.charge(milliseconds)
  }

  /** The producer, or the way to it, failed before the end of the channel. */
  failed(error: FtsError): void {
    this.connection = undefined
    if (!this.isReleased) this.parts.gate.failed(error)
  }

  connectionLost(reason: Error | undefined): void {
    const {partitionId, subpartitionIndex, producer} = this.parts
    const why = reason === undefined ? 'it was closed at the other end' : reason.message
    this.failed(
      new FtsError(
        'restartable',
        'FTS_CONNECTION_LOST',
        `the connection to the producer of the result ${partitionId} in ${producer} was lost: ${why}`,
        {partitionId, subpartitionIndex, producer},
        {
          ...(reason === undefined ? {} : {cause: reason}),
          tryThis: "Look at that TaskManager's log: its process may have ended.",
        },
      ),
    )
  }

  /** No more data comes: the segments go to others, but for those that are still to be read. */
  private ended(): void {
    this.connection?.close(this.channel)
    this.connection = undefined
    this.parts.ledger.close(this.entry)
  }

  private checkSequence(sequence: number): void {
    if (sequence !== this.nextSequence)
      throw badFrame(`sequence number ${sequence} where ${this.nextSequence} was next`, {
        sequence,
        expected: this.nextSequence,
      })
    this.nextSequence = (sequence + 1) >>> 0
  }
}
