import {NO_RECORD, type Ref} from './record-layout.js'
import type {StateRoom} from './state-room.js'

const BUCKETS_MIN = 16
/** Spreads hash codes, which are as plain as Java's, over the buckets: the golden ratio of 2^32. */
const SPREAD = 0x9e3779b1

/**
 * Open addressing: buckets of a record and its hash code, so that a record is only looked at when it is most likely the one.
 *
 *   for (let at = index.first(hash); ; at = index.next(at)) { index.refAt(at) … NO_RECORD: there are no more }
 *
 * Cost     8 bytes a bucket, at most three of four in use. Growing copies all buckets and looks at no record.
 */
export class KeyIndex {
  private buckets = new Int32Array(2 * BUCKETS_MIN)
  private mask = BUCKETS_MIN - 1
  private shift = 32 - Math.log2(BUCKETS_MIN)
  private used = 0

  constructor(private readonly room: StateRoom) {}

  first(hash: number): number {
    return Math.imul(hash, SPREAD) >>> this.shift
  }

  next(at: number): number {
    return (at + 1) & this.mask
  }

  refAt(at: number): Ref {
    return this.buckets[2 * at]
  }

  hashAt(at: number): number {
    return this.buckets[2 * at + 1]
  }

  add(ref: Ref, hash: number): void {
    this.reserve(this.used + 1)
    this.put(ref, hash)
    this.used += 1
  }

  /** Those behind it move up, so that no search ends too early. */
  remove(ref: Ref, hash: number): void {
    const {buckets} = this
    let hole = this.first(hash)
    while (buckets[2 * hole] !== ref) hole = this.next(hole)
    for (let at = this.next(hole); buckets[2 * at] !== NO_RECORD; at = this.next(at)) {
      if (this.distance(buckets[2 * at + 1], at) < ((at - hole) & this.mask)) continue
      buckets[2 * hole] = buckets[2 * at]
      buckets[2 * hole + 1] = buckets[2 * at + 1]
      hole = at
    }
    buckets[2 * hole] = NO_RECORD
    this.used -= 1
  }

  get byteLength(): number {
    return this.buckets.byteLength
  }

  /** Room for so many. */
  reserve(count: number): void {
    let size = this.mask + 1
    while (4 * count > 3 * size) size *= 2
    if (size > this.mask + 1) this.resize(size)
  }

  private resize(size: number): void {
    const before = this.buckets
    this.room.take(8 * size - 4 * before.length)
    this.buckets = new Int32Array(2 * size)
    this.mask = size - 1
    this.shift = 32 - Math.log2(size)
    for (let at = 0; at < before.length; at += 2) if (before[at] !== NO_RECORD) this.put(before[at], before[at + 1])
  }

  private put(ref: Ref, hash: number): void {
    const {buckets} = this
    let at = this.first(hash)
    while (buckets[2 * at] !== NO_RECORD) at = this.next(at)
    buckets[2 * at] = ref
    buckets[2 * at + 1] = hash
  }

  /** How far from its first bucket something lies. */
  private distance(hash: number, at: number): number {
    return (at - this.first(hash)) & this.mask
  }
}
