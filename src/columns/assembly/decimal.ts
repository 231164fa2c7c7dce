// Decimal numbers in bytes.

import {DASH, POINT} from './json-bytes'

const POWERS: usize = 0x700
/** Digits that a double holds exactly whatever they are. */
const EXACT_DIGITS: i32 = 15

let parsed: f64 = 0

/** Powers of ten to 0x700: f64 × 16. Called once for each instance. */
export function fillPowers(): void {
  let power: f64 = 1
  for (let i: usize = 0; i < 16; i++, power *= 10) store<f64>(POWERS + 8 * i, power)
}

// @ts-ignore: decorator
@inline
export function parsedNumber(): f64 {
  return parsed
}

/** Bit i is set where byte i of the 16 at `at` is a digit. */
// @ts-ignore: decorator
@inline
function digitBits(bytes: v128): i32 {
  return i8x16.bitmask(i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(9)))
}

/** Up to 15 digits, perhaps behind a minus. */
// @ts-ignore: decorator
@inline
export function isInteger(start: usize, end: usize): bool {
  const first = load<u8>(start) == DASH ? start + 1 : start
  const length = <i32>(end - first)
  if (length < 1 || length > EXACT_DIGITS) return false
  const wanted = (1 << length) - 1
  return (digitBits(v128.load(first)) & wanted) == wanted
}

/** A decimal of up to 15 digits to `parsedNumber`: such are exact before the division, so the result is the nearest double. */
// @ts-ignore: decorator
@inline
export function readNumber(start: usize, end: usize, mayHavePoint: bool): bool {
  const isNegative = load<u8>(start) == DASH
  const first = isNegative ? start + 1 : start
  const length = <i32>(end - first)
  if (length < 1 || length > EXACT_DIGITS + 1) return false
  const others = ~digitBits(v128.load(first)) & ((1 << length) - 1)
  let result: f64
  if (others == 0) {
    if (length > EXACT_DIGITS) return false
    result = <f64>digitsAt(first, length)
  } else {
    const point = ctz(others)
    const fraction = length - point - 1
    if (!mayHavePoint || others != 1 << point || point == 0 || fraction == 0) return false
    if (load<u8>(first + <usize>point) != POINT) return false
    const digits = length <= 8 ? eightWithPoint(first, length, point) : longWithPoint(first, length, point)
    result = <f64>digits / load<f64>(POWERS + 8 * <usize>fraction)
  }
  parsed = isNegative ? -result : result
  return true
}

/** The number of up to 15 digits. */
// @ts-ignore: decorator
@inline
function digitsAt(at: usize, length: i32): u64 {
  if (length <= 8) return eightDigits((load<u64>(at) ^ 0x3030303030303030) << (<u64>(64 - 8 * length)))
  const high = length - 8
  const front = eightDigits((load<u64>(at) ^ 0x3030303030303030) << (<u64>(64 - 8 * high)))
  return front * 100000000 + eightDigits(load<u64>(at + <usize>high) ^ 0x3030303030303030)
}

/** Eight digits, a byte each, the first one lowest. Source: Daniel Lemire, "Quickly parsing eight digits", 2018. */
// @ts-ignore: decorator
@inline
function eightDigits(digits: u64): u64 {
  const pairs = digits * 10 + (digits >> 8)
  return (
    ((pairs & 0x000000ff000000ff) * 0x000f424000000064 + ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32
  )
}

/** Digits around a point, eight bytes at most: what stands before the point moves up over it. */
// @ts-ignore: decorator
@inline
function eightWithPoint(at: usize, length: i32, point: i32): u64 {
  const skipped = 64 - 8 * length
  const bytes = (load<u64>(at) ^ 0x3030303030303030) << (<u64>skipped)
  const before = ((<u64>1) << (<u64>(skipped + 8 * point))) - 1
  // Behind the point stands at least one digit, so the shift is below 64.
  const behind = ~(((<u64>1) << (<u64>(skipped + 8 * point + 8))) - 1)
  return eightDigits(((bytes & before) << 8) | (bytes & behind))
}

function longWithPoint(at: usize, length: i32, point: i32): u64 {
  let value: u64 = 0
  for (let i = 0; i < length; i++) if (i != point) value = value * 10 + <u64>(load<u8>(at + <usize>i) - 0x30)
  return value
}
