import {MASKS, POWERS} from './layout'

/** The first `length` <= 16 bytes at `at`, the rest zero. Reads 16 bytes. */
// @ts-ignore: decorator
@inline
export function word16(at: usize, length: u32): v128 {
  return v128.and(v128.load(at), v128.load(MASKS + 16 - <usize>length))
}

/** Hash of a word of at most 16 bytes. */
// @ts-ignore: decorator
@inline
export function hash16(word: v128): u32 {
  const low = <u64>i64x2.extract_lane(word, 0) * 0x9e3779b97f4a7c15
  const high = <u64>i64x2.extract_lane(word, 1) * 0xc2b2ae3d27d4eb4f
  const mixed = low ^ rotr<u64>(high, 32)
  return <u32>(((mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9) >> 32)
}

/** Hash of a word of more than 16 bytes. */
export function hashLong(at: usize, length: u32): u32 {
  const last = at + <usize>length - 8
  let mixed: u64 = <u64>length * 0xc2b2ae3d27d4eb4f
  for (let i = at; i < last; i += 8) mixed = (rotl<u64>(mixed, 5) ^ load<u64>(i)) * 0x9e3779b97f4a7c15
  mixed = (rotl<u64>(mixed, 5) ^ load<u64>(last)) * 0x9e3779b97f4a7c15
  return <u32>(((mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9) >> 32)
}

// @ts-ignore: decorator
@inline
export function hashWord(at: usize, length: u32): u32 {
  return length <= 16 ? hash16(word16(at, length)) : hashLong(at, length)
}

/** Whether a word of more than 16 bytes has a byte >= 0x80. */
export function longHasHigh(at: usize, length: u32): bool {
  const last = at + <usize>length - 16
  let bits = v128.load(last)
  for (let i = at; i < last; i += 16) bits = v128.or(bits, v128.load(i))
  return i8x16.bitmask(bits) != 0
}

/** Whether two runs of more than 16 bytes are equal. */
export function longEquals(a: usize, b: usize, length: u32): bool {
  const last = <usize>length - 16
  for (let i: usize = 0; i < last; i += 16) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false
  }
  return !v128.any_true(v128.xor(v128.load(a + last), v128.load(b + last)))
}

/** Java's String.hashCode of a well-formed UTF-8 word: short ASCII words at once, others code unit by code unit. */
// @ts-ignore: decorator
@inline
export function javaHash(at: usize, length: u32): u32 {
  if (length <= 16) {
    const word = word16(at, length)
    if (!i8x16.bitmask(word)) return javaHash16(word, length)
  }
  return javaHashUtf8(at, length)
}

// @ts-ignore: decorator
@inline
function javaHash16(word: v128, length: u32): u32 {
  const powers = POWERS + (<usize>(16 - length) << 2)
  const low = i16x8.extend_low_i8x16_u(word)
  const high = i16x8.extend_high_i8x16_u(word)
  const sum = i32x4.add(
    i32x4.add(
      i32x4.mul(i32x4.extend_low_i16x8_u(low), v128.load(powers)),
      i32x4.mul(i32x4.extend_high_i16x8_u(low), v128.load(powers, 16)),
    ),
    i32x4.add(
      i32x4.mul(i32x4.extend_low_i16x8_u(high), v128.load(powers, 32)),
      i32x4.mul(i32x4.extend_high_i16x8_u(high), v128.load(powers, 48)),
    ),
  )
  const pairs = i32x4.add(sum, i64x2.shr_u(sum, 32))
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 2)
}

function javaHashUtf8(at: usize, length: u32): u32 {
  const end = at + <usize>length
  let hash: u32 = 0
  while (at < end) {
    const lead = <u32>load<u8>(at)
    if (lead < 0x80) {
      hash = hash * 31 + lead
      at += 1
    } else if (lead < 0xe0) {
      hash = hash * 31 + (((lead & 0x1f) << 6) | tail(at, 1))
      at += 2
    } else if (lead < 0xf0) {
      hash = hash * 31 + (((lead & 0x0f) << 12) | (tail(at, 1) << 6) | tail(at, 2))
      at += 3
    } else {
      const point = ((lead & 0x07) << 18) | (tail(at, 1) << 12) | (tail(at, 2) << 6) | tail(at, 3)
      hash = hash * 31 + (0xd800 + ((point - 0x10000) >> 10))
      hash = hash * 31 + (0xdc00 + ((point - 0x10000) & 0x3ff))
      at += 4
    }
  }
  return hash
}

// @ts-ignore: decorator
@inline
function tail(at: usize, index: usize): u32 {
  return <u32>load<u8>(at + index) & 0x3f
}
