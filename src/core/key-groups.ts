import {assert} from './assert.js'
import {FtsError} from './errors.js'

/** Bounds and default of the maximum parallelism. Source: Flink 2.3 KeyGroupRangeAssignment. */
export const MAX_PARALLELISM_UPPER_BOUND = 32768
export const MAX_PARALLELISM_LOWER_DEFAULT = 128

/** A contiguous range of key groups, both ends included. */
export interface KeyGroupRange {
  readonly keyGroupStart: number
  readonly keyGroupEndInclusive: number
}

/**
 * Flink's hash of a string key: Java's `String.hashCode`, over UTF-16 code units, as an int32.
 * Source: java.lang.String; the vectors are in tests/unit/core/key-groups.test.ts.
 */
export function javaStringHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/**
 * The same hash over a key's UTF-8 bytes in [start, end), which must be well formed: what the byte path
 * uses, so that a word lands in the same key group whether it travels as bytes or as a string.
 */
export function javaStringHashUtf8(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  let i = start
  while (i < end) {
    const lead = bytes[i]
    if (lead < 0x80) {
      hash = (Math.imul(hash, 31) + lead) | 0
      i += 1
    } else if (lead < 0xe0) {
      hash = (Math.imul(hash, 31) + (((lead & 0x1f) << 6) | (bytes[i + 1] & 0x3f))) | 0
      i += 2
    } else if (lead < 0xf0) {
      const unit = ((lead & 0x0f) << 12) | ((bytes[i + 1] & 0x3f) << 6) | (bytes[i + 2] & 0x3f)
      hash = (Math.imul(hash, 31) + unit) | 0
      i += 3
    } else {
      const point =
        ((lead & 0x07) << 18) | ((bytes[i + 1] & 0x3f) << 12) | ((bytes[i + 2] & 0x3f) << 6) | (bytes[i + 3] & 0x3f)
      const offset = point - 0x10000
      hash = (Math.imul(hash, 31) + (0xd800 + (offset >> 10))) | 0
      hash = (Math.imul(hash, 31) + (0xdc00 + (offset & 0x3ff))) | 0
      i += 4
    }
  }
  return hash
}

/** Murmur3 over one int32, made non-negative. Source: Flink 2.3 MathUtils.murmurHash. */
export function murmurHash(code: number): number {
  let mixed = Math.imul(code, 0xcc9e2d51)
  mixed = (mixed << 15) | (mixed >>> 17)
  mixed = Math.imul(mixed, 0x1b873593)
  mixed = (mixed << 13) | (mixed >>> 19)
  mixed = (Math.imul(mixed, 5) + 0xe6546b64) | 0
  mixed ^= 4
  mixed ^= mixed >>> 16
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  mixed ^= mixed >>> 16
  if (mixed >= 0) return mixed
  return mixed === -0x80000000 ? 0 : -mixed
}

/** The key group of a key whose Java hash code is `keyHash`. */
export function keyGroupForHash(keyHash: number, maxParallelism: number): number {
  const mixed = murmurHash(keyHash)
  // A power of two, as most are: what a division would say, in a tenth of its time.
  return (maxParallelism & (maxParallelism - 1)) === 0 ? mixed & (maxParallelism - 1) : mixed % maxParallelism
}

/** The subtask that owns a key group: `floor(keyGroup * parallelism / maxParallelism)`. */
export function subtaskForKeyGroup(keyGroup: number, parallelism: number, maxParallelism: number): number {
  return Math.floor((keyGroup * parallelism) / maxParallelism)
}

/** The key groups of one subtask. The ranges of all subtasks tile [0, maxParallelism). */
export function keyGroupRangeOf(subtaskIndex: number, parallelism: number, maxParallelism: number): KeyGroupRange {
  assert(parallelism <= maxParallelism, 'parallelism is at most max parallelism', {parallelism, maxParallelism})
  return {
    keyGroupStart: Math.floor((subtaskIndex * maxParallelism + parallelism - 1) / parallelism),
    keyGroupEndInclusive: Math.floor(((subtaskIndex + 1) * maxParallelism - 1) / parallelism),
  }
}

/** The max parallelism of an operator for which the user set none. */
export function defaultMaxParallelism(parallelism: number): number {
  checkParallelism(parallelism)
  let power = 1
  while (power < parallelism + Math.floor(parallelism / 2)) power *= 2
  return Math.min(Math.max(power, MAX_PARALLELISM_LOWER_DEFAULT), MAX_PARALLELISM_UPPER_BOUND)
}

function checkParallelism(parallelism: number): void {
  if (Number.isInteger(parallelism) && parallelism >= 1 && parallelism <= MAX_PARALLELISM_UPPER_BOUND) return
  throw new FtsError(
    'user',
    'FTS_PARALLELISM',
    `parallelism ${parallelism} is out of range: it must be a whole number from 1 to ${MAX_PARALLELISM_UPPER_BOUND}`,
    {parallelism},
  )
}
