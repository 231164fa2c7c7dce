import type {CurrentKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {HeapTimer} from './heap-timer.js'
import {TimerBucket} from './timer-bucket.js'
import {TimestampHeap} from './timestamp-heap.js'

/** Timestamps in the heap without a timer that are not worth a thought. */
const STALE_COUNT_MIN = 1024

/**
 * Timers in the order of their timestamps: a heap of the different timestamps, and a bucket for each.
 *
 *   heap [ 10:00:09.999 | 10:00:19.999 | … ]     each ─▶ TimerBucket: key → timer (→ timer of another namespace)
 *
 * A timestamp whose timers were all deleted stays in the heap until it comes up, or until such are the larger part.
 *
 * Cost     O(log t) for the first timer of a timestamp and the last, O(1) for the others; t different timestamps.
 */
export class TimerQueue<N extends Namespace> {
  size = 0
  private readonly heap = new TimestampHeap()
  private readonly byTimestamp = new Map<number, TimerBucket<N>>()
  /** The bucket used last; records come window by window. */
  private last: TimerBucket<N> | undefined = undefined
  /** The earliest bucket, if it is known. */
  private first: TimerBucket<N> | undefined = undefined

  /** The earliest timestamp; only if `size` is not 0. */
  firstTimestampMs(): number {
    return this.firstBucket().timestampMs
  }

  /** False if the current key has this timer already. */
  add(namespace: N, timestampMs: number, key: CurrentKey): boolean {
    const bucket = this.find(timestampMs) ?? this.insert(new TimerBucket<N>(timestampMs))
    const isNew = bucket.add(namespace, key)
    if (isNew) this.size += 1
    return isNew
  }

  delete(namespace: N, timestampMs: number, key: CurrentKey): void {
    const bucket = this.find(timestampMs)
    if (bucket === undefined || !bucket.delete(namespace, key)) return
    this.size -= 1
    if (bucket.isEmpty) this.remove(bucket)
  }

  /** Takes out the earliest timer; only if `size` is not 0. */
  poll(): HeapTimer<N> {
    const bucket = this.firstBucket()
    const timer = bucket.poll()
    this.size -= 1
    if (bucket.isEmpty) this.remove(bucket)
    return timer
  }

  forEach(visit: (timer: HeapTimer<N>) => void): void {
    for (const bucket of this.byTimestamp.values()) bucket.forEach(visit)
  }

  private find(timestampMs: number): TimerBucket<N> | undefined {
    if (this.last !== undefined && this.last.timestampMs === timestampMs) return this.last
    const found = this.byTimestamp.get(timestampMs)
    if (found !== undefined) this.last = found
    return found
  }

  private insert(bucket: TimerBucket<N>): TimerBucket<N> {
    this.byTimestamp.set(bucket.timestampMs, bucket)
    this.heap.push(bucket.timestampMs)
    this.last = bucket
    if (this.first !== undefined && bucket.timestampMs < this.first.timestampMs) this.first = bucket
    return bucket
  }

  private remove(bucket: TimerBucket<N>): void {
    this.byTimestamp.delete(bucket.timestampMs)
    if (this.last === bucket) this.last = undefined
    if (this.first === bucket) this.first = undefined
    if (this.heap.size > 2 * this.byTimestamp.size + STALE_COUNT_MIN) this.heap.reset(this.byTimestamp.keys())
  }

  private firstBucket(): TimerBucket<N> {
    while (this.first === undefined) {
      this.first = this.byTimestamp.get(this.heap.first())
      if (this.first === undefined) this.heap.pop()
    }
    return this.first
  }
}
