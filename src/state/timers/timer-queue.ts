import type {CurrentKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {HeapTimer} from './heap-timer.js'
import {TimerBucket} from './timer-bucket.js'

/**
 * Timers in the order of their timestamps: a binary heap with one bucket for each different timestamp.
 *
 *   heap [ 10:00:09.999 | 10:00:19.999 | … ]     each ─▶ TimerBucket: key → timer (→ timer of another namespace)
 *
 * Cost     O(log t) for the first timer of a timestamp and the last, O(1) for the others; t different timestamps.
 */
export class TimerQueue<N extends Namespace> {
  size = 0
  private readonly heap: TimerBucket<N>[] = []
  private readonly byTimestamp = new Map<number, TimerBucket<N>>()
  /** The bucket used last; records come window by window. */
  private last: TimerBucket<N> | undefined = undefined

  /** The earliest timestamp; only if `size` is not 0. */
  firstTimestampMs(): number {
    return this.heap[0].timestampMs
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
    const bucket = this.heap[0]
    const timer = bucket.poll()
    this.size -= 1
    if (bucket.isEmpty) this.remove(bucket)
    return timer
  }

  forEach(visit: (timer: HeapTimer<N>) => void): void {
    for (const bucket of this.heap) bucket.forEach(visit)
  }

  private find(timestampMs: number): TimerBucket<N> | undefined {
    if (this.last !== undefined && this.last.timestampMs === timestampMs) return this.last
    const found = this.byTimestamp.get(timestampMs)
    if (found !== undefined) this.last = found
    return found
  }

  private insert(bucket: TimerBucket<N>): TimerBucket<N> {
    this.byTimestamp.set(bucket.timestampMs, bucket)
    this.heap.push(bucket)
    this.moveUp(bucket, this.heap.length - 1)
    this.last = bucket
    return bucket
  }

  private remove(bucket: TimerBucket<N>): void {
    this.byTimestamp.delete(bucket.timestampMs)
    if (this.last === bucket) this.last = undefined
    const end = this.heap.pop()!
    if (end === bucket) return
    if (end.timestampMs < bucket.timestampMs) this.moveUp(end, bucket.heapIndex)
    else this.moveDown(end, bucket.heapIndex)
  }

  private moveUp(bucket: TimerBucket<N>, from: number): void {
    let index = from
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = this.heap[parentIndex]
      if (parent.timestampMs <= bucket.timestampMs) break
      this.place(parent, index)
      index = parentIndex
    }
    this.place(bucket, index)
  }

  private moveDown(bucket: TimerBucket<N>, from: number): void {
    const {heap} = this
    let index = from
    for (let child = 2 * index + 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && heap[child + 1].timestampMs < heap[child].timestampMs) child += 1
      if (heap[child].timestampMs >= bucket.timestampMs) break
      this.place(heap[child], index)
      index = child
    }
    this.place(bucket, index)
  }

  private place(bucket: TimerBucket<N>, index: number): void {
    this.heap[index] = bucket
    bucket.heapIndex = index
  }
}
