import type {Random} from '../platform/index.js'

/**
 * All that is left to chance in a test, from one seed: who works next, and how much of its input a source gives at once.
 *
 * Source   mulberry32, Tommy Ettinger, 2017 (public domain).
 */
export class SeededChoices implements Random {
  private state: number

  constructor(seed: number) {
    this.state = seed | 0
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  hex(byteCount: number): string {
    return Array.from({length: byteCount}, () => this.below(256).toString(16).padStart(2, '0')).join('')
  }
}
