import {
  badFrame,
  CONTROL_PAYLOAD_BYTES_MAX,
  FRAME_FLAGS,
  FRAME_HEADER_BYTES,
  FRAME_KINDS,
  type FrameHeader,
  readHeader,
} from './frames.js'
import type {NetworkSegment} from './network-segment.js'

/** What a connection does with the frames it reads. */
export interface FrameSink {
  /** A segment for the payload of a data frame, or undefined if nobody wants it any more. */
  segmentFor(header: Readonly<FrameHeader>): NetworkSegment | undefined
  /** A data frame is complete; the segment is the sink's. */
  data(header: Readonly<FrameHeader>, segment: NetworkSegment): void
  /** Another frame is complete; the payload is valid until the call returns. */
  control(header: Readonly<FrameHeader>, payload: Buffer): void
}

/**
 * Cuts a stream of bytes into frames, however the bytes arrive. Payloads of data frames are copied straight into segments.
 *
 * Shape    besides the segment being filled, at most one header and one control payload are kept.
 * Errors   `fatal` `FTS_SHUFFLE_FRAME` for a kind, flags or a length that the format does not have. Not usable after that.
 */
export class FrameReader {
  private readonly header: FrameHeader = {kind: 0, flags: 0, backlog: 0, channel: 0, value: 0, payloadBytes: 0}
  private readonly headerBytes = Buffer.alloc(FRAME_HEADER_BYTES)
  private headerFilled = 0
  private inPayload = false
  private payloadFilled = 0
  private segment: NetworkSegment | undefined
  private controlPayload = Buffer.alloc(64)

  constructor(
    private readonly sink: FrameSink,
    private readonly dataPayloadBytesMax: number,
  ) {}

  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.byteLength) {
      at = this.inPayload ? this.takePayload(bytes, at) : this.takeHeader(bytes, at)
      if (this.inPayload && this.payloadFilled === this.header.payloadBytes) this.complete()
    }
  }

  /** The connection has ended: gives back the segment that was being filled. */
  close(): void {
    this.segment?.release()
    this.segment = undefined
  }

  private takeHeader(bytes: Buffer, at: number): number {
    const available = bytes.byteLength - at
    if (this.headerFilled === 0 && available >= FRAME_HEADER_BYTES) {
      readHeader(bytes, at, this.header)
      this.beginPayload()
      return at + FRAME_HEADER_BYTES
    }
    const taken = Math.min(available, FRAME_HEADER_BYTES - this.headerFilled)
    bytes.copy(this.headerBytes, this.headerFilled, at, at + taken)
    this.headerFilled += taken
    if (this.headerFilled === FRAME_HEADER_BYTES) {
      readHeader(this.headerBytes, 0, this.header)
      this.headerFilled = 0
      this.beginPayload()
    }
    return at + taken
  }

  private beginPayload(): void {
    const {header} = this
    this.check(header)
    this.inPayload = true
    this.payloadFilled = 0
    if (header.kind === FRAME_KINDS.data) this.segment = this.sink.segmentFor(header)
    else if (header.payloadBytes > this.controlPayload.byteLength)
      this.controlPayload = Buffer.alloc(header.payloadBytes)
  }

  private takePayload(bytes: Buffer, at: number): number {
    const taken = Math.min(bytes.byteLength - at, this.header.payloadBytes - this.payloadFilled)
    if (this.header.kind !== FRAME_KINDS.data) bytes.copy(this.controlPayload, this.payloadFilled, at, at + taken)
    else if (this.segment !== undefined)
      bytes.copy(this.segment.bytes, FRAME_HEADER_BYTES + this.payloadFilled, at, at + taken)
    this.payloadFilled += taken
    return at + taken
  }

  private complete(): void {
    const {header, segment} = this
    this.inPayload = false
    this.segment = undefined
    if (header.kind !== FRAME_KINDS.data) {
      this.sink.control(header, this.controlPayload.subarray(0, header.payloadBytes))
    } else if (segment !== undefined) {
      segment.length = header.payloadBytes
      segment.flags = header.flags
      this.sink.data(header, segment)
    }
  }

  private check(header: Readonly<FrameHeader>): void {
    const {kind, payloadBytes} = header
    const isData = kind === FRAME_KINDS.data
    const limit = isData ? this.dataPayloadBytesMax : CONTROL_PAYLOAD_BYTES_MAX[kind]
    if (limit === undefined) throw badFrame(`a frame of kind ${kind}`, {kind})
    if (payloadBytes > limit)
      throw badFrame(`a frame of kind ${kind} with ${payloadBytes} bytes, at most ${limit}`, {
        kind,
        payloadBytes,
        limit,
      })
    if ((header.flags & ~(isData ? ALL_FLAGS : 0)) !== 0)
      throw badFrame(`a frame of kind ${kind} with flags ${header.flags}`, {kind, flags: header.flags})
  }
}

const ALL_FLAGS = FRAME_FLAGS.first | FRAME_FLAGS.last
