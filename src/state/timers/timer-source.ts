import type {KnownKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {StoredTimer} from '../snapshots/row-format.js'
import type {SnapshotSource} from '../snapshots/snapshot-source.js'
import type {HeapTimer} from './heap-timer.js'
import type {TimerQueue} from './timer-queue.js'

/** Timers of one kind of time as snapshots see them. A timer never changes; it is there or not. */
export class TimerSource<N extends Namespace> implements SnapshotSource<HeapTimer<N>> {
  readonly meta

  constructor(
    name: 'event' | 'processing',
    private readonly queue: TimerQueue<N>,
  ) {
    this.meta = {name, kind: 'timers', hasTtl: false} as const
  }

  get log() {
    return this.queue.log
  }

  get size(): number {
    return this.queue.size
  }

  items(): Iterator<HeapTimer<N>, unknown> {
    return this.queue.items()
  }

  namespaceOf({namespace}: HeapTimer<N>): Namespace {
    return namespace
  }

  valueOf(timer: HeapTimer<N>): HeapTimer<N> {
    return timer
  }

  freeze(): undefined {
    return undefined
  }

  restore(known: KnownKey, namespace: Namespace, value: unknown): void {
    const {timestampMs, order} = value as StoredTimer
    this.queue.restore(namespace as N, known, {timestampMs, order})
  }

  restoreRemoval({mapKey}: KnownKey, namespace: Namespace, timestampMs: unknown): void {
    this.queue.restoreRemoval(namespace as N, mapKey, timestampMs as number)
  }

  restored(): void {
    this.queue.reorder()
  }
}
