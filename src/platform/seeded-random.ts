import type {Random} from './platform.js'

/**
 * Chance from a seed. A stream for each purpose (`fork`), so that what one part draws does not change what another gets.
 *
 * Source   mulberry32, Tommy Ettinger, 2017 (public domain).
 */
export class SeededRandom implements Random {
  private state: number

  constructor(private readonly seed: number) {
    this.state = seed | 0
  }

  /** Another stream of the same seed. */
  fork(purpose: string): SeededRandom {
    let mixed = this.seed ^ 0x9e3779b9
    for (let i = 0; i < purpose.length; i++) mixed = Math.imul(mixed ^ purpose.charCodeAt(i), 0x01000193)
    return new SeededRandom(mixed)
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number; both ends included. */
  int(min: number, maxInclusive: number): number {
    return min + Math.floor(this.next() * (maxInclusive - min + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)]
  }

  hex(byteCount: number): string {
    return Array.from({length: byteCount * 2}, () => this.int(0, 15).toString(16)).join('')
  }
}
