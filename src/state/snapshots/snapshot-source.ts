import type {NumberColumn, TextColumn} from '../../types/index.js'
import type {KnownKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {NumberTable} from '../numbers/number-table.js'
import type {ChangeLog} from './change-log.js'
import type {RunningSnapshot} from './change-tracker.js'
import type {Item, Saved} from './item.js'
import type {PlainRows} from './plain-rows.js'
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

  /** The items are not in memory: they are written as these rows, and `log` and `items` have none. */
  readonly stored?: StoredRows

  /** Of VOID_NAMESPACE, beside the items, as long as they are numbers. */
  readonly numbers?: NumberTable | undefined

  /** A file is going to be read: all there is, or changes of what earlier files brought. */
  reading?(content: 'all' | 'changes'): void
  /** Puts an item in its place that was read. */
  restore(known: KnownKey, namespace: Namespace, value: unknown): void
  /** So many rows of it are going to be read, at most. */
  expectRows?(count: number): void
  /** Puts rows of VOID_NAMESPACE in their places, but for those of other subtasks; false: it can't, they are to be given one by one. */
  restoreNumbers?(keys: TextColumn | NumberColumn, values: NumberColumn): boolean
  /** Forgets what an earlier file brought. `value`: of a timer the timestamp. */
  restoreRemoval(known: KnownKey, namespace: Namespace, value: unknown): void
  /** All files have been read. */
  restored?(): void
}

/** Items of a snapshot that lie in a store, which can be read as it was. */
export interface StoredRows {
  /** The epoch is about to end: what is so now is what the snapshot has. */
  atBarrier(): void
  /** Changes noted in epochs that have ended. */
  readonly noteCount: number
  hasChanged(afterEpoch: number): boolean
  /** Keeps what is so at the barrier for a snapshot, until `end`. */
  begin(running: RunningSnapshot): void
  /** What the snapshot has, so many at a time. What is plain may be put into `plain` instead of being given. */
  read(countMax: number, plain: PlainRows): Iterable<readonly StoredItem[]>
  /** How many items in memory take as long as one of these; default: 8, as it is read and decoded first. */
  readonly itemCost?: number
  /**
   * Where namespaces, which are numbers or texts, go as a whole: those that there are in the snapshot that has begun. What earlier ones hold
   * of others is gone; one that has gone does not come again.
   */
  namespacesLeft?(): readonly unknown[]
  end(): void
  forget(upToEpoch: number): void
}

export interface StoredItem extends Item {
  readonly namespace: Namespace
  readonly value: unknown
  /** Earlier snapshots have it, and this one says that it is gone. */
  readonly isGone: boolean
}
