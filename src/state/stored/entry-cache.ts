import type {CachedEntry} from './cached-entry.js'

// biome-ignore lint/suspicious/noExplicitAny: entries of any states
type AnyEntry = CachedEntry<any>

/** Evicted at once when the cache is full: one batch writes those that are dirty. */
const EVICTED_RATIO = 1 / 32
/** The hand goes round this often before it gives up: what the current keys use stays. */
const ROUNDS_MAX = 2

/**
 * Which rows of stored state are in memory, of all operators of a slot together, within a limit of bytes.
 *
 *   ring   [ e ][ e ][ e ]…      a hand goes round: what was used since it last came by stays, other entries leave (CLOCK)
 *
 * Cost     Using an entry writes one number into it.
 */
export class EntryCache {
  private readonly ring: AnyEntry[] = []
  private hand = 0
  private used = 0

  /** `limitBytes`: estimated, since nobody can ask how large a JavaScript object is. */
  constructor(private readonly limitBytes: number) {}

  get usedBytes(): number {
    return this.used
  }

  get size(): number {
    return this.ring.length
  }

  /** Whether more than so many times the limit is in use. */
  isOverdrawn(ratio: number): boolean {
    return this.used > ratio * this.limitBytes
  }

  add(entry: AnyEntry): void {
    entry.ringIndex = this.ring.push(entry) - 1
    this.used += entry.weight
  }

  remove(entry: AnyEntry): void {
    const {ring} = this
    const last = ring.pop()!
    this.used -= entry.weight
    if (last !== entry) {
      ring[entry.ringIndex] = last
      last.ringIndex = entry.ringIndex
    }
    entry.ringIndex = -1
  }

  /** What an entry weighs was found out. */
  weigh(entry: AnyEntry, weight: number): void {
    if (entry.ringIndex >= 0) this.used += weight - entry.weight
    entry.weight = weight
  }

  /** Makes room where there is too much; to be called while nobody works with entries of any but the current keys. */
  makeRoom(): void {
    if (this.used <= this.limitBytes) return
    const victims = this.victims(this.used - this.limitBytes * (1 - EVICTED_RATIO))
    for (const victim of victims) if (victim.isDirty) victim.table.flush(victim)
    for (const victim of victims) victim.table.commit()
    for (const victim of victims) if (victim.ringIndex >= 0) victim.table.evict(victim)
  }

  private victims(bytes: number): readonly AnyEntry[] {
    const {ring} = this
    const victims: AnyEntry[] = []
    let left = bytes
    for (let steps = ROUNDS_MAX * ring.length; steps > 0 && left > 0; steps--) {
      if (this.hand >= ring.length) this.hand = 0
      const entry = ring[this.hand++]
      if (entry.table.isInUse(entry)) continue
      if (entry.usedEpoch !== entry.seenEpoch) entry.seenEpoch = entry.usedEpoch
      else if (!entry.isChosen) {
        entry.isChosen = true
        victims.push(entry)
        left -= entry.weight
      }
    }
    for (const victim of victims) victim.isChosen = false
    return victims
  }
}
