import type {KnownKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {ChangeLog} from './change-log.js'
import type {Item, Saved} from './item.js'
import type {StateMeta} from './state-meta.js'

/** One state, or the timers of one kind of time, as snapshots see them. */
export interface SnapshotSource<I extends Item = Item> {
  readonly meta: StateMeta
  readonly log: ChangeLog<I>
  /** Items there are now. */
  readonly size: number
  /** All items; to be walked through while the stream goes on. */
  items(): Iterator<I, unknown>
  namespaceOf(item: I): Namespace
  /** What an item holds. Of a timer: the timer. */
  valueOf(item: I): unknown
  /** The form in which a value is stored; default: the value. */
  encode?(value: unknown): unknown
  /** Keeps the value as it is now for the running snapshot, which writes it in several pieces. */
  freeze(item: I): Saved | undefined

  /** Puts an item in its place that was read. */
  restore(known: KnownKey, namespace: Namespace, value: unknown): void
  /** Forgets what an earlier file brought. `value`: of a timer the timestamp. */
  restoreRemoval(known: KnownKey, namespace: Namespace, value: unknown): void
  /** All files have been read. */
  restored?(): void
}
