import type {KeyGroupRange} from '../../core/index.js'

/** Streams of a state, at most: a restore at another parallelism reads those that it needs. */
const BUCKETS_MAX = 32

/** Neighbouring key groups of a range whose rows are written together. */
export class KeyGroupBuckets {
  private readonly size: number
  /** Of each key group of the range. */
  private readonly buckets: Uint8Array

  constructor(private readonly range: KeyGroupRange) {
    this.size = Math.ceil((range.keyGroupEndInclusive - range.keyGroupStart + 1) / BUCKETS_MAX)
    const {keyGroupStart, keyGroupEndInclusive} = range
    this.buckets = Uint8Array.from({length: keyGroupEndInclusive - keyGroupStart + 1}, (_, i) =>
      Math.floor(i / this.size),
    )
  }

  of(keyGroup: number): number {
    return this.buckets[keyGroup - this.range.keyGroupStart]
  }

  rangeOf(bucket: number): KeyGroupRange {
    const keyGroupStart = this.range.keyGroupStart + bucket * this.size
    return {
      keyGroupStart,
      keyGroupEndInclusive: Math.min(keyGroupStart + this.size - 1, this.range.keyGroupEndInclusive),
    }
  }
}
