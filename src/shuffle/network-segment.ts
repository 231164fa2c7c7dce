import {FRAME_HEADER_BYTES} from './frames.js'

/** Who counts a segment and takes it back. */
export interface SegmentOwner {
  /** The last user has let go of the segment. */
  recycle(segment: NetworkSegment): void
}

/**
 * A piece of network memory with one chunk of a message in it.
 *
 *   bytes  | frame header, 16 | payload, `length` | unused |
 *
 * The room for the header in front lets a sender hand header and payload to the socket as one piece, and keeps the payload
 * at a multiple of 8, so that its columns can be viewed in place.
 */
export class NetworkSegment {
  readonly kind = 'segment'
  /** Bytes of payload. */
  length = 0
  /** FRAME_FLAGS of the chunk. */
  flags = 0
  private owner: SegmentOwner | undefined
  private users = 0

  constructor(readonly bytes: Buffer) {}

  /** The segment has one user now. */
  lend(owner: SegmentOwner): void {
    this.owner = owner
    this.users = 1
    this.length = 0
    this.flags = 0
  }

  /** One more user (broadcast: the same chunk in several subpartitions). */
  retain(): void {
    this.users += 1
  }

  get isShared(): boolean {
    return this.users > 1
  }

  release(): void {
    this.users -= 1
    if (this.users === 0) this.owner?.recycle(this)
  }

  /** Header and payload as one piece. */
  framed(): Buffer {
    const end = FRAME_HEADER_BYTES + this.length
    return end === this.bytes.byteLength ? this.bytes : this.bytes.subarray(0, end)
  }

  payload(): Buffer {
    return this.bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + this.length)
  }
}
