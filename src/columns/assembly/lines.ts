// Counting line ends: 64 bytes at a time, a counter for each of 16 lanes, summed up before one can overflow.

import {BLOCK} from './layout'

const NEWLINE: u8 = 0x0a
/** Each step adds at most 4 to a lane of 8 bits. */
const STEPS_MAX: i32 = 63

/** The number of `\n` in the first `length` bytes of the block. */
export function countNewlines(length: i32): i32 {
  const newline = i8x16.splat(NEWLINE)
  let at = <usize>BLOCK
  const end = at + <usize>length
  let total: i32 = 0
  while (at + 64 <= end) {
    let lanes = i8x16.splat(0)
    let steps = 0
    while (steps < STEPS_MAX && at + 64 <= end) {
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(at), newline))
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(at, 16), newline))
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(at, 32), newline))
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(at, 48), newline))
      at += 64
      steps++
    }
    total += sumOf(lanes)
  }
  for (; at < end; at++) if (load<u8>(at) == NEWLINE) total++
  return total
}

function sumOf(lanes: v128): i32 {
  const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(lanes))
  return (
    i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3)
  )
}
