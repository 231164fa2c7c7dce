// Plain records of CSV to JSON lines, without making them: the module behind ../wasm-csv-json.ts. What is written is what JSON.stringify would write of the
// record; what would take more than copying (control characters, numbers that JavaScript writes otherwise) is not plain.
//
// Memory  what csv-records.ts says, then
//         PLAN      16 bytes a column: u32 kind, u32 length of what stands before its value, u32 address of that, u32 0
//         TEXTS     what stands before the values, as the caller likes, each followed by 16 bytes that may be read
//         OUT       JSON lines, OUT_BYTES and 64 more

import {
  beginReading,
  COLUMNS_MAX,
  columnCount,
  FIELDS,
  isDoubtfulSingle,
  nextRecord,
  quoteByte,
  setDialect,
} from './csv-records'
import {BACKSLASH, DASH, FALS_WORD, NULL_WORD, POINT, QUOTE, TRUE_WORD, ZERO} from './json-bytes'
import {BEHIND_INPUT, countRow, FULL, INPUT, NOT_PLAIN, stopWith} from './record-reading'

export {getRows, getStatus, inputAt} from './record-reading'

const PLAN: usize = BEHIND_INPUT
const TEXTS: usize = PLAN + 16 * <usize>COLUMNS_MAX
const TEXT_BYTES: usize = 0x10000
const OUT: usize = TEXTS + TEXT_BYTES
const OUT_BYTES: usize = 0x100000

const TEXT: u32 = 0
const INTEGER: u32 = 1
const NUMBER: u32 = 2
const BOOLEAN: u32 = 3
const SKIPPED: u32 = 4

const EXACT_DIGITS: i32 = 15
/** Bytes that a field of one byte may become: `\u0000`. */
const WORST_EXPANSION: usize = 6

/** What stands behind the last value. */
let closing: u32 = 0
let closingBytes: usize = 0
/** What a record has beside its values, at most. */
let textBytes: usize = 0
let out: usize = OUT

export function planAt(): usize {
  return PLAN
}

export function textsAt(): usize {
  return TEXTS
}

export function outAt(): usize {
  return OUT
}

/** Bytes of JSON lines that stand at `outAt`. */
export function outBytes(): u32 {
  return <u32>(out - OUT)
}

export function clear(): void {
  out = OUT
}

/** Plan and texts stand where they belong. Answers whether this can be done here. */
export function begin(columns: i32, delimiter: u32, quote: i32): bool {
  if (columns > COLUMNS_MAX) return false
  const pages = <i32>((OUT + OUT_BYTES + 64 + 0xffff) >> 16) - memory.size()
  if (pages > 0 && memory.grow(pages) < 0) return false
  setDialect(columns, <u8>delimiter, quote)
  textBytes = 64
  let isEmpty = true
  for (let c = 0; c < columns; c++) {
    const plan = PLAN + 16 * <usize>c
    if (load<u32>(plan) == SKIPPED) continue
    isEmpty = false
    textBytes += <usize>load<u32>(plan, 4) + 8
  }
  closing = isEmpty ? 0x0a7d7b : 0x0a7d
  closingBytes = isEmpty ? 3 : 2
  clear()
  return true
}

/** Takes records from offset `from` of the text on, up to the last one that ends before `end`; answers where it stopped, see `getStatus`. */
export function read(from: u32, end: u32): u32 {
  const limit = INPUT + <usize>end
  let at = INPUT + <usize>from
  beginReading()
  while (at < limit) {
    const next = nextRecord(at, limit)
    if (next == 0) break
    if (out + (next - at) * WORST_EXPANSION + textBytes > OUT + OUT_BYTES) {
      stopWith(out == OUT ? NOT_PLAIN : FULL)
      break
    }
    if (!writeRecord()) {
      stopWith(NOT_PLAIN)
      break
    }
    countRow()
    at = next
  }
  return <u32>(at - INPUT)
}

// @ts-ignore: decorator
@inline
function writeRecord(): bool {
  if (isDoubtfulSingle()) return false
  const columns = columnCount()
  let to = out
  for (let c = 0; c < columns; c++) {
    const plan = PLAN + 16 * <usize>c
    const kind = load<u32>(plan)
    if (kind == SKIPPED) continue
    to = copy(<usize>load<u32>(plan, 8), <usize>load<u32>(plan, 4), to)
    const field = FIELDS + 16 * <usize>c
    const start = <usize>load<u32>(field)
    const end = <usize>load<u32>(field, 4)
    const quoting = load<u32>(field, 8)
    if (kind == TEXT) to = writeText(start, end, quoting, to)
    else if (start == end) {
      if (quoting != 0 && kind != BOOLEAN) return false
      store<u32>(to, NULL_WORD)
      to += 4
    } else if (kind == INTEGER) to = writeNumber(start, end, false, to)
    else if (kind == NUMBER) to = writeNumber(start, end, true, to)
    else to = writeBoolean(start, end, to)
    if (to == 0) return false
  }
  store<u32>(to, closing)
  out = to + closingBytes
  return true
}

/** Copies 16 bytes at a time: up to 15 more than there are. */
// @ts-ignore: decorator
@inline
function copy(from: usize, length: usize, to: usize): usize {
  v128.store(to, v128.load(from))
  for (let i: usize = 16; i < length; i += 16) v128.store(to + i, v128.load(from + i))
  return to + length
}

/** Answers behind the text, 0 if it is not plain. */
// @ts-ignore: decorator
@inline
function writeText(start: usize, end: usize, quoting: u32, to: usize): usize {
  store<u8>(to, QUOTE)
  if (quoting == 2) return writeEscaped(start, end, true, to + 1)
  const first = to + 1
  for (let p = start; p < end; p += 16) {
    const bytes = v128.load(p)
    v128.store(first + (p - start), bytes)
    const special = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    )
    const left = end - p
    const wanted = left < 16 ? (1 << <i32>left) - 1 : 0xffff
    if ((special & wanted) != 0) return writeEscaped(start, end, false, first)
  }
  const behind = first + (end - start)
  store<u8>(behind, QUOTE)
  return behind + 1
}

function writeEscaped(start: usize, end: usize, isDoubled: bool, first: usize): usize {
  let to = first
  for (let p = start; p < end; p++) {
    const byte = load<u8>(p)
    if (byte < 0x20) return 0
    if (byte == QUOTE || byte == BACKSLASH) store<u8>(to++, BACKSLASH)
    store<u8>(to++, byte)
    if (isDoubled && <i32>byte == quoteByte()) p++
  }
  store<u8>(to, QUOTE)
  return to + 1
}

/**
 * A decimal of up to 15 digits as JavaScript writes its value: without zeros at the end of its fraction. 0 for one that it writes otherwise: with zeros
 * in front, -0, below a millionth.
 */
// @ts-ignore: decorator
@inline
function writeNumber(start: usize, end: usize, mayHavePoint: bool, target: usize): usize {
  let to = target
  let first = start
  if (load<u8>(first) == DASH) {
    store<u8>(to++, DASH)
    first++
  }
  const length = <i32>(end - first)
  if (length < 1 || length > EXACT_DIGITS + 1) return 0
  const bytes = v128.load(first)
  v128.store(to, bytes)
  const wanted = (1 << length) - 1
  const others = ~i8x16.bitmask(i8x16.le_u(i8x16.sub(bytes, i8x16.splat(ZERO)), i8x16.splat(9))) & wanted
  const isZeroFirst = load<u8>(first) == ZERO
  if (others == 0) {
    if (length > EXACT_DIGITS || (isZeroFirst && (length > 1 || first != start))) return 0
    return to + <usize>length
  }
  const point = ctz(others)
  if (!mayHavePoint || others != 1 << point || point == 0 || point == length - 1) return 0
  if (load<u8>(first + <usize>point) != POINT || (isZeroFirst && point > 1)) return 0
  const zeros = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(ZERO))) & wanted
  // 0.000000…: too small, or zero, perhaps below it.
  if (isZeroFirst && (zeros | others) == wanted && first != start) return 0
  if (isZeroFirst && (zeros & 0xfc) == 0xfc) return 0
  const kept = length - clz(~(zeros << (32 - length)))
  return to + <usize>(kept - 1 == point ? point : kept)
}

function writeBoolean(start: usize, end: usize, to: usize): usize {
  const word = load<u32>(start)
  store<u32>(to, word)
  if (end - start == 4 && word == TRUE_WORD) return to + 4
  if (end - start != 5 || word != FALS_WORD || load<u8>(start, 4) != 0x65) return 0
  store<u8>(to, 0x65, 4)
  return to + 5
}
