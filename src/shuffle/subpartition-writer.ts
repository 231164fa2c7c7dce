import type {Batch, BytesBatch} from '../columns/index.js'
import type {BatchSerializer} from '../types/index.js'
import {fillSegment, type Subpartition, type SubpartitionParent} from './subpartition.js'

/** Rows after which a message is sent, although its segment is not full; measured in the room's README. */
export const MESSAGE_ROWS_MAX = 1024

/** Share of a segment up to which a message of estimated size is filled, so that most messages need only one. */
const FILL_SHARE = 0.97

/** A block of text from this size on is a message of its own: gathering it with others would cost a copy more. */
const WHOLE_TEXT_BYTES_MIN = 16 * 1024

const NOTHING: Uint8Array = new Uint8Array(0)

/** What a writer tells of a message. */
export type MessageSent = (messageBytes: number, subpartitionCount: number) => void

export interface SubpartitionWriterParts {
  readonly serializer: BatchSerializer
  readonly parent: SubpartitionParent
  /** Where the messages go: one subpartition, or all of a broadcast, which share the segments. */
  readonly targets: readonly Subpartition[]
  readonly messageRowsMax: number
  readonly onMessage: MessageSent
}

/**
 * Gathers rows and sends them as messages, cut into segments.
 *
 * A message is sent when it has `messageRowsMax` rows or about fills a segment. The size of rows still to come is estimated from
 * the last message, so that a message seldom spills over into a second segment: one that fits is read in place.
 */
export class SubpartitionWriter {
  private bytesPerRow = 0
  /** Not `rowCount > 0`: a block of text may have bytes and no row. */
  private hasGathered = false

  constructor(private readonly parts: SubpartitionWriterParts) {}

  get isEmpty(): boolean {
    return !this.hasGathered
  }

  append(batch: Batch, rows: Int32Array | undefined, rowCount: number): void {
    const {serializer} = this.parts
    if (this.parts.targets.every((target) => target.isReleased)) return
    if (this.hasGathered && !serializer.accepts(batch)) this.send()
    if (batch.kind === 'bytes' && batch.bytes.byteLength >= WHOLE_TEXT_BYTES_MIN) this.sendWhole(batch)
    else if (rows === undefined) this.appendPart(batch, undefined, rowCount)
    else this.appendParts(batch, rows, rowCount)
  }

  /** Sends what was gathered. */
  send(): void {
    if (!this.hasGathered) return
    this.hasGathered = false
    const {serializer} = this.parts
    const {rowCount} = serializer
    const message = serializer.take()
    if (rowCount > 0) this.bytesPerRow = message.byteLength / rowCount
    const targets = this.parts.targets.filter((target) => !target.isReleased)
    if (targets.length === 0) return
    this.put(targets, message)
    this.parts.onMessage(message.byteLength, targets.length)
  }

  /** A large block of text goes from where it is into segments, after what was gathered. */
  private sendWhole(batch: BytesBatch): void {
    this.send()
    const head = this.parts.serializer.headOf(batch)
    const targets = this.parts.targets.filter((target) => !target.isReleased)
    if (head === undefined || targets.length === 0) return
    this.put(targets, head, batch.bytes)
    this.parts.onMessage(head.byteLength + batch.bytes.byteLength, targets.length)
  }

  /** In parts that fill the message at hand, then the next. */
  private appendParts(batch: Batch, rows: Int32Array, rowCount: number): void {
    for (let begin = 0; begin < rowCount; ) {
      const count = Math.min(this.rowsThatFit(), rowCount - begin)
      this.appendPart(batch, count === rowCount ? rows : rows.subarray(begin, begin + count), count)
      begin += count
    }
  }

  private appendPart(batch: Batch, rows: Int32Array | undefined, rowCount: number): void {
    const {serializer, parent, messageRowsMax} = this.parts
    const room = parent.payloadBytesMax - serializer.byteLength
    if (this.hasGathered && rowCount * this.bytesPerRow > room) this.send()
    serializer.append(batch, rows, rowCount)
    this.hasGathered = true
    if (serializer.rowCount >= messageRowsMax || serializer.byteLength >= parent.payloadBytesMax * FILL_SHARE)
      this.send()
  }

  private rowsThatFit(): number {
    const {parent, messageRowsMax, serializer} = this.parts
    const rows = messageRowsMax - serializer.rowCount
    if (this.bytesPerRow === 0) return rows
    const room = parent.payloadBytesMax * FILL_SHARE - serializer.byteLength
    return Math.max(1, Math.min(rows, Math.ceil(room / this.bytesPerRow)))
  }

  private put(targets: readonly Subpartition[], message: Uint8Array, body: Uint8Array = NOTHING): void {
    const byteLength = message.byteLength + body.byteLength
    let offset = 0
    const mayTake = !targets.some((target) => target.hasPending)
    while (mayTake && offset < byteLength) {
      const segment = this.parts.parent.takeSegment()
      if (segment === undefined) break
      offset += fillSegment(segment, message, offset, body)
      for (let i = 1; i < targets.length; i++) segment.retain()
      for (const target of targets) target.addSegment(segment)
    }
    if (offset === byteLength) return
    const rest = new Uint8Array(byteLength)
    rest.set(message)
    rest.set(body, message.byteLength)
    for (const target of targets) target.addPending(rest, offset)
  }
}
