import type {EntryTable} from '../heap/entry-table.js'
import {HeapState} from '../heap/heap-state.js'
import type {Entry} from '../heap/key-table.js'
import type {Namespace} from '../keys/namespace.js'
import type {Expiring} from './expiring.js'
import type {ExpiryCleanup} from './expiry-cleanup.js'
import type {ResolvedTtl} from './resolve-ttl.js'

/** A table whose entries expire, with what is needed to see it. */
export interface ExpiringTable<V> {
  readonly table: EntryTable<V>
  readonly cleanup: ExpiryCleanup<V>
  readonly ttl: ResolvedTtl
  /** Processing time, milliseconds since the epoch. */
  readonly nowMs: () => number
}

/**
 * What the handles of state with a TTL have in common. Source of the rules here and in the subclasses: Flink 2.3
 * runtime/state/ttl (AbstractTtlDecorator, TtlUtils, TtlIncrementalCleanup and the class of each kind).
 */
export abstract class TtlState<V> extends HeapState<EntryTable<V>> {
  protected readonly ttl: ResolvedTtl
  protected readonly nowMs: () => number
  private readonly cleanup: ExpiryCleanup<V>
  private readonly expiry: {expiredUpToMs: number; readonly survivors: (entry: Entry<V>) => V | undefined}
  private cleaningAtMs = 0

  constructor({table, cleanup, ttl, nowMs}: ExpiringTable<V>, namespace: Namespace) {
    super(table, namespace)
    this.cleanup = cleanup
    this.ttl = ttl
    this.nowMs = nowMs
    this.expiry = {expiredUpToMs: 0, survivors: (entry) => this.unexpired(entry, this.cleaningAtMs)}
  }

  override clear(): void {
    this.accessedAt()
    super.clear()
  }

  /** To be called first in each access, and by itself per record: cleans up a little, and tells the time. */
  accessedAt(): number {
    const nowMs = this.nowMs()
    this.cleaningAtMs = nowMs
    const {cleanupEntriesPerAccess, ttlMs} = this.ttl
    this.expiry.expiredUpToMs = nowMs - ttlMs
    if (cleanupEntriesPerAccess > 0) this.cleanup.clean(this.table, cleanupEntriesPerAccess, this.expiry)
    return nowMs
  }

  /** What is left of an entry's value: the value itself if all of it, undefined if nothing. */
  protected abstract unexpired(entry: Entry<V>, nowMs: number): V | undefined

  protected isExpired(value: Expiring<unknown>, nowMs: number): boolean {
    return value.lastAccessMs + this.ttl.ttlMs <= nowMs
  }

  /** Whether it may be given to the user, or added to. */
  protected isVisible(value: Expiring<unknown>, nowMs: number): boolean {
    return this.ttl.returnExpired || !this.isExpired(value, nowMs)
  }
}
