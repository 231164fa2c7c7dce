import type {NetworkBufferPool} from './network-buffer-pool.js'
import type {NetworkSegment, SegmentOwner} from './network-segment.js'

export interface LocalBufferPoolOptions {
  /** Who uses it, for errors. */
  readonly name: string
  /** Segments the user must have some day to work; the network pool refuses to promise more than it has. */
  readonly required: number
  /** Segments it gets even while others hold more than their share, so that data that is under way always moves. */
  readonly minimum: number
  readonly max: number
  /** There is a segment to be had again, after `waitForSegment`. */
  onAvailable(): void
}

/**
 * The part of the network memory that one gate or one partition may use.
 *
 * Source   Flink 2.3 LocalBufferPool.
 */
export class LocalBufferPool implements SegmentOwner {
  private sizeNow: number
  private reserved = 0
  private isClosed = false

  constructor(
    private readonly network: NetworkBufferPool,
    private readonly options: LocalBufferPoolOptions,
  ) {
    this.sizeNow = options.required
  }

  get required(): number {
    return this.options.required
  }

  get max(): number {
    return this.options.max
  }

  /** Segments it may hold at present. */
  get size(): number {
    return this.sizeNow
  }

  /** Segments it holds, filled or promised. */
  get used(): number {
    return this.reserved
  }

  get canReserve(): boolean {
    if (this.isClosed) return false
    return this.reserved < this.options.minimum || (this.reserved < this.sizeNow && this.network.hasFree)
  }

  /** Takes the right to one segment. */
  tryReserve(): boolean {
    if (!this.canReserve) return false
    this.reserved += 1
    this.network.countReservation(1)
    return true
  }

  /** Gives back a right; of a closed pool too. */
  unreserve(): void {
    this.reserved -= 1
    this.network.countReservation(-1)
  }

  /** Reserves and takes a segment that comes back by `segment.release()`. */
  tryTake(): NetworkSegment | undefined {
    if (!this.tryReserve()) return undefined
    const segment = this.network.takeSegment()
    segment.lend(this)
    return segment
  }

  /** A segment for a right that was reserved; `owner` gets it back and goes on holding the right. */
  takeReserved(owner: SegmentOwner): NetworkSegment {
    const segment = this.network.takeSegment()
    segment.lend(owner)
    return segment
  }

  /** The other end of `takeReserved`. */
  giveSegment(segment: NetworkSegment): void {
    this.network.giveSegment(segment)
  }

  recycle(segment: NetworkSegment): void {
    this.network.giveSegment(segment)
    this.unreserve()
  }

  waitForSegment(): void {
    if (!this.isClosed) this.network.wait(this)
  }

  onAvailable(): void {
    this.options.onAvailable()
  }

  resize(size: number): void {
    this.sizeNow = size
  }

  /** Takes no more; what is still out comes back when its users let go. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.network.removeLocalPool(this)
  }
}
