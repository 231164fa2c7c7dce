// Finds the fields of plain CSV records: what the kernels csv-groups.ts and csv-json.ts have in common.
//
// Memory  0x1000 where the structural bytes of the chunk in hand stand: u32 each
//         0x9100 fields of the record: u32 start, u32 end, u32 0: as it stands, 1: quoted, 2: with doubled quotes, u32 0
//         then what record-reading.ts says

import {DONE, getStatus, NOT_PLAIN, startCounting, stopWith} from './record-reading'

const POSITIONS: usize = 0x1000
export const FIELDS: usize = 0x9100
/** Bytes whose structure is looked at at once: as many positions have room. */
export const CHUNK_BYTES: usize = 0x2000
export const COLUMNS_MAX: i32 = 192

const LF: u8 = 0x0a
const CR: u8 = 0x0d

let columns: i32 = 0
let delimiter: u8 = 0
let quote: i32 = -1
let isDoubled = false
let positionsEnd: usize = POSITIONS
let nextPosition: usize = POSITIONS
let chunkEnd: usize = 0

/** `quoteByte` -1: there are no quotes. */
export function setDialect(columnCount: i32, delimiterByte: u8, quoteByte: i32): void {
  columns = columnCount
  delimiter = delimiterByte
  quote = quoteByte
}

// @ts-ignore: decorator
@inline
export function columnCount(): i32 {
  return columns
}

// @ts-ignore: decorator
@inline
export function quoteByte(): i32 {
  return quote
}

export function beginReading(): void {
  startCounting()
  chunkEnd = 0
  nextPosition = POSITIONS
  positionsEnd = POSITIONS
}

/**
 * The fields of the record at `at` to FIELDS; answers where the next one begins, 0 for the end of the plain records before `limit`, which `getStatus`
 * explains. Records are asked for in a row, from where the last one ended.
 */
// @ts-ignore: decorator
@inline
export function nextRecord(at: usize, limit: usize): usize {
  const first = nextPosition
  const behind = readFields(at, first, positionsEnd)
  if (behind != 0) {
    nextPosition = behind
    return <usize>load<u32>(behind - 4) + 1
  }
  if (getStatus() != DONE) return 0
  return nextChunk(at, limit)
}

/** The structure of the next chunk is looked at, which begins with the record that the last one cut. */
function nextChunk(at: usize, limit: usize): usize {
  if (chunkEnd == limit) return 0
  chunkEnd = min(at + CHUNK_BYTES, limit)
  positionsEnd = index(at, chunkEnd)
  nextPosition = POSITIONS
  const behind = readFields(at, POSITIONS, positionsEnd)
  if (behind == 0) {
    // Longer than a chunk.
    if (getStatus() == DONE && chunkEnd < limit) stopWith(NOT_PLAIN)
    return 0
  }
  nextPosition = behind
  return <usize>load<u32>(behind - 4) + 1
}

/** Structural bytes of [at, end) to POSITIONS; answers behind the last one. What stands behind it is overwritten by up to 11 more. */
function index(at: usize, end: usize): usize {
  const delimiters = i8x16.splat(<i8>delimiter)
  const feeds = i8x16.splat(<i8>LF)
  const returns = i8x16.splat(<i8>CR)
  const quotes = i8x16.splat(<i8>(quote < 0 ? <i32>LF : quote))
  let out = POSITIONS
  for (let p = at; p < end; p += 64) {
    let bits: u64 = 0
    for (let part: usize = 0; part < 64; part += 16) {
      const bytes = v128.load(p + part)
      const found = v128.or(
        v128.or(i8x16.eq(bytes, delimiters), i8x16.eq(bytes, feeds)),
        v128.or(i8x16.eq(bytes, returns), i8x16.eq(bytes, quotes)),
      )
      bits |= (<u64>(<u32>i8x16.bitmask(found))) << (<u64>part)
    }
    const left = end - p
    if (left < 64) bits &= ((<u64>1) << (<u64>left)) - 1
    const count = <usize>popcnt(bits)
    // Twelve at once without a question: most blocks have no more, and a loop's end that cannot be foretold costs more.
    for (let i: usize = 0; i < 12; i++) {
      store<u32>(out + 4 * i, <u32>p + <u32>ctz(bits))
      bits &= bits - 1
    }
    for (let i: usize = 12; i < count; i++) {
      store<u32>(out + 4 * i, <u32>p + <u32>ctz(bits))
      bits &= bits - 1
    }
    out += 4 * count
  }
  return out
}

/** Answers behind its last position, 0 if it is incomplete or not plain (then `getStatus` says so). */
// @ts-ignore: decorator
@inline
function readFields(at: usize, first: usize, last: usize): usize {
  let next = first
  let start = at
  const final = columns - 1
  for (let c = 0; c < columns; c++) {
    if (next >= last) return 0
    const field = FIELDS + 16 * <usize>c
    let position = <usize>load<u32>(next)
    let byte = load<u8>(position)
    if (<i32>byte == quote) {
      if (position != start) return notPlain()
      const close = closingQuote(next + 4, last)
      if (close == 0) return 0
      position = <usize>load<u32>(close)
      store<u32>(field, <u32>start + 1)
      store<u32>(field, <u32>position, 4)
      store<u32>(field, isDoubled ? 2 : 1, 8)
      next = close + 4
      if (next >= last) return 0
      if (<usize>load<u32>(next) != position + 1) return notPlain()
      byte = load<u8>(position + 1)
      position++
    } else {
      store<u32>(field, <u32>start)
      store<u32>(field, <u32>position, 4)
      store<u32>(field, 0, 8)
    }
    next += 4
    if (c < final) {
      if (byte != delimiter) return notPlain()
    } else if (byte == CR) {
      if (next >= last) return 0
      if (<usize>load<u32>(next) != position + 1 || load<u8>(position + 1) != LF) return notPlain()
      next += 4
    } else if (byte != LF) return notPlain()
    start = position + 1
  }
  return next
}

/**
 * The position of the closing quote of a field without line ends; `isDoubled` says whether there are quotes in it. 0: there is none before
 * `last`, or the field is not plain.
 */
function closingQuote(from: usize, last: usize): usize {
  isDoubled = false
  for (let next = from; next < last; next += 4) {
    const position = load<u32>(next)
    const byte = load<u8>(<usize>position)
    if (<i32>byte == quote) {
      if (next + 4 >= last) return 0
      if (load<u32>(next, 4) != position + 1 || <i32>load<u8>(<usize>position + 1) != quote) return next
      isDoubled = true
      next += 4
    } else if (byte != delimiter) return notPlain()
  }
  return 0
}

function notPlain(): usize {
  stopWith(NOT_PLAIN)
  return 0
}

/** Whether the record in FIELDS is one field that the exact reader has to look at: blank, or with white space first. */
// @ts-ignore: decorator
@inline
export function isDoubtfulSingle(): bool {
  if (columns > 1 || load<u32>(FIELDS, 8) != 0) return false
  const start = <usize>load<u32>(FIELDS)
  return start == <usize>load<u32>(FIELDS, 4) || load<u8>(start) <= 0x20
}
