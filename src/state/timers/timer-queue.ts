import type {CurrentKey, KnownKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'
import type {Namespace} from '../keys/namespace.js'
import {ChangeLog} from '../snapshots/change-log.js'
import type {StoredTimer} from '../snapshots/row-format.js'
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

  readonly log: ChangeLog<HeapTimer<N>>
  private nextOrder = 0
  private readonly known: () => KnownKey

  constructor(private readonly key: CurrentKey) {
    this.log = new ChangeLog(key.tracker)
    this.known = () => key.known()
  }

  /** The earliest timestamp; only if `size` is not 0. */
  firstTimestampMs(): number {
    return this.firstBucket().timestampMs
  }

  /** False if the current key has this timer already. */
  add(namespace: N, timestampMs: number): boolean {
    const bucket = this.find(timestampMs) ?? this.insert(new TimerBucket<N>(timestampMs))
    const timer = bucket.add(namespace, this.key.currentMapKey, this.known)
    if (timer === undefined) return false
    timer.order = this.nextOrder++
    this.added(timer)
    return true
  }

  delete(namespace: N, timestampMs: number): void {
    this.restoreRemoval(namespace, this.key.currentMapKey, timestampMs)
  }

  /** Takes out a timer of any key. */
  restoreRemoval(namespace: N, mapKey: MapKey, timestampMs: number): void {
    const bucket = this.find(timestampMs)
    const timer = bucket?.delete(namespace, mapKey)
    if (bucket === undefined || timer === undefined) return
    this.removed(timer)
    if (bucket.isEmpty) this.remove(bucket)
  }

  /** A timer that was read from a snapshot; `reorder` has to follow the last. */
  restore(namespace: N, key: KnownKey, {timestampMs, order}: StoredTimer): void {
    const bucket = this.find(timestampMs) ?? this.insert(new TimerBucket<N>(timestampMs))
    const timer = bucket.add(namespace, key.mapKey, () => key)
    if (timer === undefined) return
    timer.order = order
    this.added(timer)
  }

  /** Brings timers of one timestamp into the order in which they were registered. */
  reorder(): void {
    const timers = [...this.items()].sort((a, b) => a.order - b.order)
    this.byTimestamp.clear()
    this.heap.reset([])
    this.last = undefined
    this.first = undefined
    for (const {timestampMs, namespace, key, mapKey, keyGroup} of timers) {
      const bucket = this.find(timestampMs) ?? this.insert(new TimerBucket<N>(timestampMs))
      const timer = bucket.add(namespace, mapKey, () => ({key, mapKey, keyGroup}))
      if (timer === undefined) continue
      timer.order = this.nextOrder++
      this.log.created(timer)
    }
  }

  /** All timers; goes on correctly while timers come and go: those that are there all the time are given. */
  *items(): Generator<HeapTimer<N>> {
    for (const bucket of this.byTimestamp.values()) for (const first of bucket.firsts()) yield* chain(first)
  }

  /** Takes out the earliest timer; only if `size` is not 0. */
  poll(): HeapTimer<N> {
    const bucket = this.firstBucket()
    const timer = bucket.poll()
    this.removed(timer)
    if (bucket.isEmpty) this.remove(bucket)
    return timer
  }

  forEach(visit: (timer: HeapTimer<N>) => void): void {
    for (const bucket of this.byTimestamp.values()) bucket.forEach(visit)
  }

  private added(timer: HeapTimer<N>): void {
    this.size += 1
    this.log.created(timer)
  }

  private removed(timer: HeapTimer<N>): void {
    this.size -= 1
    if (this.key.tracker.isAwaited(timer)) this.log.save(timer, timer, true)
    this.log.removed(timer)
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

/** The timers of one key, as they are now. */
function chain<N extends Namespace>(first: HeapTimer<N>): HeapTimer<N>[] {
  const timers: HeapTimer<N>[] = []
  for (let timer: HeapTimer<N> | undefined = first; timer !== undefined; timer = timer.next) timers.push(timer)
  return timers
}
