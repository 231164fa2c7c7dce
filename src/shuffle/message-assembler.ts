import {FRAME_FLAGS} from './frames.js'
import type {NetworkSegment} from './network-segment.js'

/** Memory kept from one long message to the next. */
const KEPT_BYTES_MAX = 1024 * 1024

/**
 * Puts a channel's messages together. One that fits into a segment is viewed in place, and the segment is held until
 * `release`; a longer one is copied, chunk by chunk, and its segments are given back at once.
 */
export class MessageAssembler {
  private held: NetworkSegment | undefined
  private bytes = new Uint8Array(0)
  private filled = 0

  /** Takes over the segment; answers the message when this was its last chunk. Valid until `release`. */
  take(segment: NetworkSegment): Uint8Array | undefined {
    if (segment.flags === (FRAME_FLAGS.first | FRAME_FLAGS.last)) {
      this.held = segment
      return segment.payload()
    }
    this.append(segment)
    const isLast = (segment.flags & FRAME_FLAGS.last) !== 0
    segment.release()
    if (!isLast) return undefined
    const message = this.bytes.subarray(0, this.filled)
    this.filled = 0
    return message
  }

  /** What has come of a message whose last chunk has not. */
  get partial(): Uint8Array {
    return this.bytes.subarray(0, this.filled)
  }

  /** The message that was taken is used up. */
  release(): void {
    this.held?.release()
    this.held = undefined
    if (this.filled === 0 && this.bytes.byteLength > KEPT_BYTES_MAX) this.bytes = new Uint8Array(0)
  }

  private append(segment: NetworkSegment): void {
    if ((segment.flags & FRAME_FLAGS.first) !== 0) this.filled = 0
    const end = this.filled + segment.length
    if (end > this.bytes.byteLength) this.grow(end)
    this.bytes.set(segment.payload(), this.filled)
    this.filled = end
  }

  private grow(byteLength: number): void {
    const grown = new Uint8Array(Math.max(byteLength, this.bytes.byteLength * 2))
    grown.set(this.bytes.subarray(0, this.filled))
    this.bytes = grown
  }
}
