import {assert, FtsError} from '../core/index.js'
import {FRAME_HEADER_BYTES} from './frames.js'
import {LocalBufferPool, type LocalBufferPoolOptions} from './local-buffer-pool.js'
import {NetworkSegment} from './network-segment.js'

const BLOCK_BYTES = 2 * 1024 * 1024

export interface NetworkBufferPoolOptions {
  readonly totalBytes: number
  readonly segmentSizeBytes: number
  /** Memory is taken from the system in blocks of about this size, when it is first needed. Default: 2 MiB. */
  readonly blockBytes?: number
}

/**
 * The network memory of one slot, in segments of one size.
 *
 * Two things are counted apart: a **reservation** is the right to fill a segment (a credit, a place in an output queue), and a
 * **segment** is taken for it only when there are bytes to put in. Credits that are never used cost no memory, and
 * the segments last used are used first, while they are still in the processor's cache.
 *
 *   network pool ─▶ local pool of each gate and partition (required … max, resized as others come and go) ─▶ segments
 *
 * Shape    reservations never exceed `totalSegments`, but for those that local pools take as their `minimum` while others still
 *          hold what was theirs before a resize: at most one a channel and one a partition, counted in `overdraftSegments`.
 * Errors   `user` `FTS_NETWORK_MEMORY` when the required segments of all local pools exceed the total.
 * Source   Flink 2.3 NetworkBufferPool, LocalBufferPool.
 */
export class NetworkBufferPool {
  readonly segmentSizeBytes: number
  readonly totalSegments: number
  private readonly blockBytes: number
  private readonly locals = new Set<LocalBufferPool>()
  private readonly waiting = new Set<LocalBufferPool>()
  private readonly freeSegments: NetworkSegment[] = []
  private block: Buffer = Buffer.alloc(0)
  private blockUsed = 0
  private lent = 0
  private reserved = 0
  private pendingBytes = 0
  private notifying: 'no' | 'yes' | 'again' = 'no'

  constructor(options: NetworkBufferPoolOptions) {
    this.segmentSizeBytes = options.segmentSizeBytes
    this.blockBytes = options.blockBytes ?? BLOCK_BYTES
    this.totalSegments = Math.floor(options.totalBytes / options.segmentSizeBytes)
    assert(this.segmentSizeBytes % 8 === 0, 'a segment is a multiple of 8 bytes', {bytes: this.segmentSizeBytes})
    assert(this.payloadBytesMax >= 64, 'a segment holds more than its header', {bytes: this.segmentSizeBytes})
  }

  /** Bytes of a message that fit into one segment. */
  get payloadBytesMax(): number {
    return this.segmentSizeBytes - FRAME_HEADER_BYTES
  }

  /** Segments that hold bytes now. */
  get usedSegments(): number {
    return this.lent
  }

  /** Segments in use or promised. */
  get reservedSegments(): number {
    return this.reserved
  }

  /** Reservations beyond the total, see above. */
  get overdraftSegments(): number {
    return Math.max(0, this.reserved - this.totalSegments)
  }

  /** Bytes of messages that were emitted when no segment was free; they wait outside of the pool. */
  get overdraftBytes(): number {
    return this.pendingBytes
  }

  get hasFree(): boolean {
    return this.reserved < this.totalSegments
  }

  createLocalPool(options: LocalBufferPoolOptions): LocalBufferPool {
    const requiredBefore = this.requiredSegments()
    if (requiredBefore + options.required > this.totalSegments) throw this.tooSmall(options, requiredBefore)
    const local = new LocalBufferPool(this, options)
    this.locals.add(local)
    this.redistribute()
    return local
  }

  removeLocalPool(local: LocalBufferPool): void {
    this.waiting.delete(local)
    if (this.locals.delete(local)) this.redistribute()
    this.notifyWaiting()
  }

  /** Has `onAvailable` of the pool called once it can reserve again. */
  wait(local: LocalBufferPool): void {
    this.waiting.add(local)
  }

  countReservation(change: 1 | -1): void {
    this.reserved += change
    if (change < 0 && this.waiting.size > 0) this.notifyWaiting()
  }

  countPendingBytes(change: number): void {
    this.pendingBytes += change
  }

  /** A segment for a reservation. */
  takeSegment(): NetworkSegment {
    this.lent += 1
    assert(this.lent <= this.reserved, 'every segment in use is reserved', {lent: this.lent, reserved: this.reserved})
    return this.freeSegments.pop() ?? this.makeSegment()
  }

  giveSegment(segment: NetworkSegment): void {
    this.lent -= 1
    this.freeSegments.push(segment)
  }

  private makeSegment(): NetworkSegment {
    const size = this.segmentSizeBytes
    if (this.blockUsed + size > this.block.byteLength) {
      const segmentsLeft = Math.max(1, this.totalSegments - this.freeSegments.length - this.lent + 1)
      const segmentsPerBlock = Math.max(1, Math.floor(this.blockBytes / size))
      this.block = Buffer.from(new ArrayBuffer(Math.min(segmentsLeft, segmentsPerBlock) * size))
      this.blockUsed = 0
    }
    const bytes = this.block.subarray(this.blockUsed, this.blockUsed + size)
    this.blockUsed += size
    return new NetworkSegment(bytes)
  }

  private requiredSegments(): number {
    let required = 0
    for (const local of this.locals) required += local.required
    return required
  }

  /** Each pool gets what it requires; what is left is shared in proportion to what each could still use. */
  private redistribute(): void {
    let excess = this.totalSegments - this.requiredSegments()
    let wanted = 0
    for (const local of this.locals) wanted += local.max - local.required
    for (const local of this.locals) {
      const wish = local.max - local.required
      const share = wanted <= excess ? wish : Math.floor((excess * wish) / wanted)
      local.resize(local.required + share)
      excess -= share
      wanted -= wish
    }
    this.notifyWaiting()
  }

  /** What is told may give back more: then all that wait are asked once more, so that no wake-up is lost. */
  private notifyWaiting(): void {
    if (this.notifying !== 'no') {
      this.notifying = 'again'
      return
    }
    do {
      this.notifying = 'yes'
      for (const local of [...this.waiting]) {
        if (local.canReserve && this.waiting.delete(local)) local.onAvailable()
      }
    } while ((this.notifying as string) === 'again' && this.waiting.size > 0)
    this.notifying = 'no'
  }

  private tooSmall(options: LocalBufferPoolOptions, requiredBefore: number): FtsError {
    const {totalSegments, segmentSizeBytes} = this
    const needed = requiredBefore + options.required
    return new FtsError(
      'user',
      'FTS_NETWORK_MEMORY',
      `${options.name} needs ${options.required} network segments of ${segmentSizeBytes} bytes, but its slot has ` +
        `${totalSegments}, of which ${requiredBefore} are taken`,
      {needed, totalSegments, segmentSizeBytes},
      {
        tryThis:
          'Raise taskmanager.memory.network.min (or .fraction), or lower the parallelism or ' +
          'taskmanager.network.memory.buffers-per-channel.',
      },
    )
  }
}
