import type {CheckpointBarrier, FtsError} from '../core/index.js'
import {captureItem, indexOfBarrier} from './capture-item.js'
import type {ChannelEvent} from './channel-events.js'
import type {InFlightTaker} from './contract.js'
import {Fifo} from './fifo.js'
import {FRAME_FLAGS, FRAME_HEADER_BYTES} from './frames.js'
import type {NetworkSegment} from './network-segment.js'

/** Who reads a subpartition: a local channel, or the sending end of a remote one. */
export interface SubpartitionReader {
  /** There may be something to poll; so many bytes have just been added. */
  itemsAvailable(newBytes: number): void
  /** The partition was released before all was read. */
  failed(error: FtsError): void
}

/** What a subpartition asks of its partition. */
export interface SubpartitionParent {
  readonly payloadBytesMax: number
  takeSegment(): NetworkSegment | undefined
  countPendingBytes(change: number): void
  /** A barrier has left the queue. */
  barrierTaken(): void
  /** A segment has left the queue; the subpartition may have got below its limit. */
  itemTaken(): void
  /** The reader has taken the end of the channel, or has gone away. */
  subpartitionDone(): void
}

/** An element between messages. */
export interface QueuedEvent {
  readonly kind: 'event'
  readonly event: ChannelEvent
}

/** The rest of a message for which there was no segment when it was emitted; cut into segments as they come. */
interface PendingMessage {
  readonly kind: 'pending'
  readonly bytes: Uint8Array
  offset: number
}

/**
 * What waits for one consumer: segments and events in order.
 *
 *   writer ─▶ [segment][segment][event][pending message] ─▶ poll ─▶ one reader
 */
export class Subpartition {
  private readonly items = new Fifo<NetworkSegment | QueuedEvent | PendingMessage>()
  private segmentCount = 0
  private pendingSegments = 0
  private reader: SubpartitionReader | undefined
  /** The newest barrier that waits, or 0. */
  private lastBarrierId = 0
  private isDone = false
  private wasEnough = false

  constructor(
    private readonly parent: SubpartitionParent,
    readonly index: number,
  ) {}

  /** Segments that wait, those that pending messages will fill included. */
  get backlog(): number {
    return this.segmentCount + this.pendingSegments
  }

  get queuedSegments(): number {
    return this.segmentCount
  }

  get hasPending(): boolean {
    return this.pendingSegments > 0
  }

  /** The end was read, or the reader has gone: what is added is dropped. */
  get isReleased(): boolean {
    return this.isDone
  }

  /** The reader has gone because it had all it wanted. */
  get isUnwanted(): boolean {
    return this.wasEnough
  }

  get hasReader(): boolean {
    return this.reader !== undefined
  }

  attach(reader: SubpartitionReader): void {
    this.reader = reader
    if (this.items.length > 0) reader.itemsAvailable(0)
  }

  /** Takes over one use of the segment. */
  addSegment(segment: NetworkSegment): void {
    this.segmentCount += 1
    this.items.push(segment)
    this.reader?.itemsAvailable(segment.length)
  }

  /** `bytes` must not change any more; `offset` says how much of the message has been sent already. */
  addPending(bytes: Uint8Array, offset: number): void {
    const message: PendingMessage = {kind: 'pending', bytes, offset}
    this.pendingSegments += this.segmentsOf(message)
    this.parent.countPendingBytes(bytes.byteLength - offset)
    this.items.push(message)
    this.reader?.itemsAvailable(0)
  }

  addEvent(event: ChannelEvent): void {
    if (this.isDone) return
    if (event.kind === 'checkpointBarrier') this.lastBarrierId = event.checkpointId
    this.items.push({kind: 'event', event})
    this.reader?.itemsAvailable(0)
  }

  /** The barrier goes before all that waits, which is taken down. */
  putFirst(barrier: CheckpointBarrier, taker: InFlightTaker): void {
    if (this.isDone) return
    this.overtake(barrier, this.items.length, taker)
  }

  /** The barrier of this checkpoint, if it waits, is replaced and goes before what is before it, which is taken down. */
  pullAhead(barrier: CheckpointBarrier, taker: InFlightTaker): void {
    const place = indexOfBarrier(this.items, barrier.checkpointId)
    if (place < 0) return
    this.items.remove(place)
    this.overtake(barrier, place, taker)
  }

  holdsBarrier(checkpointId: number): boolean {
    return !this.isDone && this.lastBarrierId === checkpointId
  }

  /** The barrier that `poll` would give. */
  peekBarrier(): CheckpointBarrier | undefined {
    const head = this.items.peek()
    return head?.kind === 'event' && head.event.kind === 'checkpointBarrier' ? head.event : undefined
  }

  /** What `poll` would give: data needs credit, events do not. */
  peekKind(): 'none' | 'data' | 'event' {
    const head = this.items.peek()
    if (head === undefined) return 'none'
    return head.kind === 'event' ? 'event' : 'data'
  }

  /** The next item, the reader's to release; undefined when there is none, or no segment to put it in at present. */
  poll(): NetworkSegment | QueuedEvent | undefined {
    const head = this.items.peek()
    if (head === undefined) return undefined
    if (head.kind === 'pending') return this.cut(head)
    this.items.shift()
    if (head.kind === 'segment') this.segmentCount -= 1
    else if (head.event.kind === 'endOfChannel') this.done()
    else if (head.event.kind === 'checkpointBarrier') this.barrierTaken(head.event)
    this.parent.itemTaken()
    return head
  }

  /** There are segments again: the reader may go on with a pending message. */
  retryPending(): void {
    if (this.items.peek()?.kind === 'pending') this.reader?.itemsAvailable(0)
  }

  /** The reader wants no more, because it has enough or is gone. */
  cancel(hasEnough: boolean): void {
    if (this.isDone) return
    this.wasEnough = hasEnough
    this.drop()
    this.done()
  }

  /** The producer has no more to give: the reader, if it has not read everything, gets the error. */
  fail(error: FtsError): void {
    if (this.isDone) return
    const {reader} = this
    this.drop()
    this.done()
    reader?.failed(error)
  }

  private overtake(barrier: CheckpointBarrier, count: number, taker: InFlightTaker): void {
    for (let i = 0; i < count; i++) this.capture(this.items.at(i)!, taker)
    this.lastBarrierId = barrier.checkpointId
    this.items.unshift({kind: 'event', event: barrier})
    this.reader?.itemsAvailable(0)
  }

  private capture(item: NetworkSegment | QueuedEvent | PendingMessage, taker: InFlightTaker): void {
    if (item.kind !== 'pending') captureItem(item, taker)
    else {
      const flags = (item.offset === 0 ? FRAME_FLAGS.first : 0) | FRAME_FLAGS.last
      taker({kind: 'chunk', flags, bytes: item.bytes.subarray(item.offset)})
    }
  }

  private barrierTaken({checkpointId}: CheckpointBarrier): void {
    if (this.lastBarrierId !== checkpointId) return
    this.lastBarrierId = 0
    this.parent.barrierTaken()
  }

  private done(): void {
    this.isDone = true
    this.reader = undefined
    this.parent.subpartitionDone()
    if (this.lastBarrierId !== 0) this.parent.barrierTaken()
    this.lastBarrierId = 0
  }

  private drop(): void {
    for (let item = this.items.shift(); item !== undefined; item = this.items.shift()) {
      if (item.kind === 'segment') item.release()
      else if (item.kind === 'pending') this.parent.countPendingBytes(item.offset - item.bytes.byteLength)
    }
    this.segmentCount = 0
    this.pendingSegments = 0
  }

  private cut(message: PendingMessage): NetworkSegment | undefined {
    const segment = this.parent.takeSegment()
    if (segment === undefined) return undefined
    const begin = message.offset
    const length = fillSegment(segment, message.bytes, begin)
    message.offset += length
    this.pendingSegments -= 1
    this.parent.countPendingBytes(-length)
    if (message.offset === message.bytes.byteLength) this.items.shift()
    this.parent.itemTaken()
    return segment
  }

  private segmentsOf(message: PendingMessage): number {
    return Math.ceil((message.bytes.byteLength - message.offset) / this.parent.payloadBytesMax)
  }
}

const NOTHING: Uint8Array = new Uint8Array(0)

/**
 * Copies the chunk of a message that begins at `begin` into a segment; answers its length. A block of text comes as its header
 * and, in `body`, its bytes where they are.
 */
export function fillSegment(
  segment: NetworkSegment,
  message: Uint8Array,
  begin: number,
  body: Uint8Array = NOTHING,
): number {
  const byteLength = message.byteLength + body.byteLength
  const length = Math.min(segment.bytes.byteLength - FRAME_HEADER_BYTES, byteLength - begin)
  const end = begin + length
  const headLength = Math.max(0, Math.min(end, message.byteLength) - begin)
  if (headLength > 0) segment.bytes.set(part(message, begin, begin + headLength), FRAME_HEADER_BYTES)
  if (length > headLength) {
    const bodyBegin = begin + headLength - message.byteLength
    segment.bytes.set(part(body, bodyBegin, end - message.byteLength), FRAME_HEADER_BYTES + headLength)
  }
  segment.length = length
  segment.flags = (begin === 0 ? FRAME_FLAGS.first : 0) | (end === byteLength ? FRAME_FLAGS.last : 0)
  return length
}

function part(bytes: Uint8Array, begin: number, end: number): Uint8Array {
  return end - begin === bytes.byteLength ? bytes : bytes.subarray(begin, end)
}
