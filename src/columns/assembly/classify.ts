import {BLOCK, BORDERS} from './layout'

/**
 * Lower-cases the ASCII letters of the block in place and writes the border of each word to BORDERS: start, end, start, …
 * Answers the number of borders, which is even: 64 spaces behind the block end its last word.
 *
 * A set bit of `borders` is a byte that is white space where its predecessor is not, or the other way round. The bits
 * are written eight at a time without looking whether there are so many; what is too much is overwritten.
 */
export function classify(length: i32): i32 {
  const end = BLOCK + <usize>length
  const blank = i8x16.splat(0x20)
  v128.store(end, blank)
  v128.store(end, blank, 16)
  v128.store(end, blank, 32)
  v128.store(end, blank, 48)
  let out = BORDERS
  let inWord: u64 = 0
  for (let at = BLOCK; at < end; at += 64) {
    const text = ~(lower16(at) | (lower16(at + 16) << 16) | (lower16(at + 32) << 32) | (lower16(at + 48) << 48))
    let borders = text ^ ((text << 1) | inWord)
    inWord = text >> 63
    const first = <u32>(at - BLOCK)
    const next = out + (<usize>popcnt(borders) << 1)
    while (true) {
      borders = put(out, first, borders, 0)
      borders = put(out, first, borders, 2)
      borders = put(out, first, borders, 4)
      borders = put(out, first, borders, 6)
      borders = put(out, first, borders, 8)
      borders = put(out, first, borders, 10)
      borders = put(out, first, borders, 12)
      borders = put(out, first, borders, 14)
      out += 16
      if (out >= next) break
    }
    out = next
  }
  if (inWord) {
    store<u16>(out, <u16>length)
    out += 2
  }
  return <i32>((out - BORDERS) >> 1)
}

// @ts-ignore: decorator
@inline
function put(out: usize, first: u32, borders: u64, offset: usize): u64 {
  store<u16>(out + offset, <u16>(first + <u32>ctz(borders)))
  return borders & (borders - 1)
}

/** Lower-cases 16 bytes in place; bit i of the answer is set where byte i is white space. */
// @ts-ignore: decorator
@inline
function lower16(at: usize): u64 {
  const text = v128.load(at)
  const upper = i8x16.lt_u(i8x16.sub(text, i8x16.splat(0x41)), i8x16.splat(26))
  v128.store(at, v128.or(text, v128.and(upper, i8x16.splat(0x20))))
  const control = i8x16.lt_u(i8x16.sub(text, i8x16.splat(0x09)), i8x16.splat(5))
  const space = i8x16.eq(text, i8x16.splat(0x20))
  return <u64>(<u32>i8x16.bitmask(v128.or(control, space)))
}
