import type {FtsError} from '../core/index.js'
import {encodeEvent} from './channel-events.js'
import type {FrameWriter} from './frame-writer.js'
import {encodeFrame, FRAME_HEADER_BYTES, FRAME_KINDS, type FrameHeader, writeHeader} from './frames.js'
import type {NetworkSegment} from './network-segment.js'
import type {Subpartition, SubpartitionReader} from './subpartition.js'

/** What a view needs of its connection. */
export interface SubpartitionViewParent {
  /** The view has something to send. */
  enqueue(view: SubpartitionView): void
  /** So many bytes more can be sent. */
  schedule(newBytes: number): void
  /** The view has sent the end of its channel. */
  ended(view: SubpartitionView): void
  failed(view: SubpartitionView, error: FtsError): void
}

/** The sending end of one remote channel: sends data as long as it has credit, and events always. */
export class SubpartitionView implements SubpartitionReader {
  /** The view stands in its connection's queue. */
  isQueued = false
  private subpartition: Subpartition | undefined
  private nextSequence = 0
  private readonly header: FrameHeader

  constructor(
    private readonly parent: SubpartitionViewParent,
    readonly channel: number,
    private credit: number,
  ) {
    this.header = {kind: FRAME_KINDS.data, flags: 0, backlog: 0, channel, value: 0, payloadBytes: 0}
  }

  start(subpartition: Subpartition): void {
    this.subpartition = subpartition
    subpartition.attach(this)
  }

  get isSendable(): boolean {
    const kind = this.subpartition?.peekKind() ?? 'none'
    return kind === 'event' || (kind === 'data' && this.credit > 0)
  }

  addCredit(credit: number): void {
    this.credit += credit
    this.itemsAvailable(0)
  }

  itemsAvailable(newBytes: number): void {
    if (!this.isSendable) return
    if (!this.isQueued) this.parent.enqueue(this)
    this.parent.schedule(newBytes)
  }

  failed(error: FtsError): void {
    this.subpartition = undefined
    this.parent.failed(this, error)
  }

  /** The consumer wants no more, because it has enough or is gone. */
  cancel(hasEnough: boolean): void {
    const {subpartition} = this
    this.subpartition = undefined
    subpartition?.cancel(hasEnough)
  }

  /** Adds one frame; false when there is no segment for it now. */
  sendNext(writer: FrameWriter): boolean {
    const {subpartition} = this
    const item = subpartition?.poll()
    if (subpartition === undefined || item === undefined) return false
    if (item.kind === 'segment') {
      this.credit -= 1
      this.sendData(writer, item, subpartition.backlog)
      return true
    }
    const {event} = item
    writer.add(
      encodeFrame({
        kind: FRAME_KINDS.event,
        channel: this.channel,
        value: this.takeSequence(),
        payload: encodeEvent(event),
      }),
    )
    if (event.kind === 'endOfChannel') this.parent.ended(this)
    return true
  }

  /** The header goes into the room in front of the payload, but for segments that other channels send too. */
  private sendData(writer: FrameWriter, segment: NetworkSegment, backlog: number): void {
    const {header} = this
    header.flags = segment.flags
    header.backlog = backlog
    header.value = this.takeSequence()
    header.payloadBytes = segment.length
    if (!segment.isShared) {
      writeHeader(segment.bytes, 0, header)
      writer.add(segment.framed(), segment)
      return
    }
    const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES)
    writeHeader(bytes, 0, header)
    writer.add(bytes)
    writer.add(segment.payload(), segment)
  }

  private takeSequence(): number {
    const sequence = this.nextSequence
    this.nextSequence = (sequence + 1) >>> 0
    return sequence
  }
}
