import {SeededRandom} from '../platform/index.js'

/** All that is left to chance in a test, from one seed: who works next, and how much of its input a source gives at once. */
export class SeededChoices extends SeededRandom {
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  override hex(byteCount: number): string {
    return Array.from({length: byteCount}, () => this.below(256).toString(16).padStart(2, '0')).join('')
  }
}
