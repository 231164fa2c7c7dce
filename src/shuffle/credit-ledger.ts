import type {LocalBufferPool} from './local-buffer-pool.js'

/** A channel's account of reserved segments. */
export interface CreditAccount {
  /** More credit can be announced to the producer. */
  creditAvailable(): void
}

/** What the ledger knows of one channel; all are numbers of segments. */
class Entry {
  exclusive = 0
  floating = 0
  /** Received and not recycled yet. */
  filled = 0
  /** Announced to the producer and not used yet. */
  announced = 0
  backlog = 0
  isWaiting = false
  isClosed = false

  constructor(readonly account: CreditAccount) {}

  get unannounced(): number {
    return this.exclusive + this.floating - this.filled - this.announced
  }
}

export type CreditEntry = Entry

/**
 * Shares a gate's reserved segments among its remote channels: the receiving side of credit-based flow control.
 *
 * Every channel has exclusive segments, so that it always moves. Beyond these, a channel whose producer reports a backlog borrows floating
 * ones; channels that want more than there are wait in line, and each segment that comes free goes to the first of them.
 *
 *   reserved = exclusive + floating = filled + announced + unannounced
 *
 * Source   Flink 2.3 RemoteInputChannel, BufferManager.
 */
export class CreditLedger {
  private readonly entries: Entry[] = []
  private waiting: Entry[] = []
  private floatingOut = 0
  /** Exclusive segments that the pool could not give yet. */
  private owed = 0

  constructor(
    private readonly pool: LocalBufferPool,
    private readonly exclusivePerChannel: number,
    private readonly floatingMax: number,
  ) {}

  open(account: CreditAccount): CreditEntry {
    const entry = new Entry(account)
    this.entries.push(entry)
    this.owed += this.exclusivePerChannel
    return entry
  }

  /** Gives each channel its exclusive segments: the first to all, then the second, so that none is left without. */
  grantExclusive(): void {
    for (let round = 1; round <= this.exclusivePerChannel && this.owed > 0; round++) {
      for (const entry of this.entries) {
        if (entry.isClosed || entry.exclusive >= round) continue
        if (!this.pool.tryReserve()) {
          this.pool.waitForSegment()
          return
        }
        entry.exclusive += 1
        this.owed -= 1
        this.announce(entry)
      }
    }
  }

  /** Credit to announce now; it counts as announced. */
  takeCredit(entry: CreditEntry): number {
    const credit = Math.max(0, entry.unannounced)
    entry.announced += credit
    return credit
  }

  /** Data has come: false if the producer had no credit for it. */
  tryFill(entry: CreditEntry): boolean {
    if (entry.announced === 0) return false
    entry.announced -= 1
    entry.filled += 1
    this.announce(entry)
    return true
  }

  setBacklog(entry: CreditEntry, backlog: number): void {
    entry.backlog = backlog
    this.borrow(entry)
  }

  /** A segment was emptied: it is credit again, or goes to a channel that waits. */
  emptied(entry: CreditEntry): void {
    entry.filled -= 1
    if (entry.isClosed) {
      this.giveBack(entry)
      return
    }
    const isSurplus = this.creditOf(entry) > entry.backlog + this.exclusivePerChannel
    if (entry.floating > 0 && (isSurplus || this.waiting.length > 0)) this.returnFloating(entry)
    this.announce(entry)
  }

  /** The pool has a segment again. */
  segmentAvailable(): void {
    this.grantExclusive()
    this.serveWaiting()
  }

  /** The channel gets no more data; filled segments come back one by one. */
  close(entry: CreditEntry): void {
    if (entry.isClosed) return
    entry.isClosed = true
    this.owed -= this.exclusivePerChannel - entry.exclusive
    if (entry.isWaiting) this.waiting = this.waiting.filter((other) => other !== entry)
    entry.announced = 0
    while (entry.unannounced > 0) this.giveBack(entry)
    this.serveWaiting()
  }

  /**
   * Credit is announced when the producer has used up half of what it may have: each announcement wakes the other thread, which
   * costs more than what it carries. A producer without credit is told of every segment.
   */
  private announce(entry: Entry): void {
    if (entry.unannounced > 0 && entry.announced * 2 <= entry.exclusive + entry.floating)
      entry.account.creditAvailable()
  }

  private creditOf(entry: Entry): number {
    return entry.exclusive + entry.floating - entry.filled
  }

  private borrow(entry: Entry): void {
    let got = false
    while (this.creditOf(entry) < entry.backlog + this.exclusivePerChannel) {
      if (this.floatingOut === this.floatingMax || !this.pool.tryReserve()) {
        this.waitInLine(entry)
        break
      }
      this.floatingOut += 1
      entry.floating += 1
      got = true
    }
    if (got) this.announce(entry)
  }

  private waitInLine(entry: Entry): void {
    if (this.floatingMax === 0) return
    if (!entry.isWaiting) {
      entry.isWaiting = true
      this.waiting.push(entry)
    }
    if (this.floatingOut < this.floatingMax) this.pool.waitForSegment()
  }

  private returnFloating(entry: Entry): void {
    entry.floating -= 1
    this.floatingOut -= 1
    this.pool.unreserve()
    if (entry.backlog > 0 && this.creditOf(entry) < entry.backlog + this.exclusivePerChannel) this.waitInLine(entry)
    this.serveWaiting()
  }

  /** One segment each, from the head of the line; who wants more goes to its end. */
  private serveWaiting(): void {
    while (this.waiting.length > 0 && this.floatingOut < this.floatingMax) {
      if (!this.pool.tryReserve()) {
        this.pool.waitForSegment()
        return
      }
      const entry = this.waiting.shift() as Entry
      this.floatingOut += 1
      entry.floating += 1
      const wantsMore = this.creditOf(entry) < entry.backlog + this.exclusivePerChannel
      entry.isWaiting = wantsMore
      if (wantsMore) this.waiting.push(entry)
      this.announce(entry)
    }
  }

  private giveBack(entry: Entry): void {
    if (entry.floating > 0) {
      entry.floating -= 1
      this.floatingOut -= 1
    } else {
      entry.exclusive -= 1
    }
    this.pool.unreserve()
  }
}
