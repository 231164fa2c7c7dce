import {copyWord} from './copy'
import {DIGITS, DYNAMIC, HASHES} from './layout'

// Rows to lines. This instance has no table; DYNAMIC holds the batch and what becomes of it:
//
//   words' bytes | offsets i32 | counts f64 | lines

const TSV: i32 = 0
const CSV: i32 = 1

let bytesAt: usize = DYNAMIC
let offsetsAt: usize = DYNAMIC
let countsAt: usize = DYNAMIC
let linesAt: usize = DYNAMIC

/** Makes room for a batch, whose offsets count from `base`, and the longest lines it can become; false when the system has no memory. */
export function reserveRows(base: u32, bytes: u32, rowCount: u32, format: i32): bool {
  const factor: u64 = format == TSV ? 1 : format == CSV ? 2 : 6
  const offsets = (<u64>DYNAMIC + <u64>bytes + 16 + 15) & ~15
  const counts = (offsets + ((<u64>rowCount + 1) << 2) + 15) & ~15
  const lines = counts + (<u64>rowCount << 3)
  const end = lines + <u64>bytes * factor + <u64>rowCount * 64 + 64
  const missing = <i64>((end + 0xffff) >> 16) - <i64>memory.size()
  if (missing > 0 && (missing > 65535 || memory.grow(<i32>missing) < 0)) return false
  bytesAt = DYNAMIC - <usize>base
  offsetsAt = <usize>offsets
  countsAt = <usize>counts
  linesAt = <usize>lines
  return true
}

export function getOffsetsAt(): usize {
  return offsetsAt
}

export function getCountsAt(): usize {
  return countsAt
}

export function getLinesAt(): usize {
  return linesAt
}

/** Writes the lines of the batch; answers their length. */
export function writeLines(rowCount: u32, format: i32): u32 {
  if (format == TSV) return writeTsv(rowCount)
  if (format == CSV) return writeCsv(rowCount)
  return writeJson(rowCount)
}

function writeTsv(rowCount: u32): u32 {
  let out = linesAt
  for (let row: u32 = 0; row < rowCount; row++) {
    const at = wordAt(row)
    const length = wordAt(row + 1) - at
    out = writeBytes(out, at, length)
    store<u8>(out, 0x09)
    out = writeCount(out + 1, row)
    store<u8>(out++, 0x0a)
  }
  return <u32>(out - linesAt)
}

function writeCsv(rowCount: u32): u32 {
  let out = linesAt
  for (let row: u32 = 0; row < rowCount; row++) {
    const at = wordAt(row)
    const length = wordAt(row + 1) - at
    out = mustQuote(at, length) ? writeQuoted(out, at, length) : writeBytes(out, at, length)
    store<u8>(out, 0x2c)
    out = writeCount(out + 1, row)
    store<u8>(out++, 0x0a)
  }
  return <u32>(out - linesAt)
}

function writeJson(rowCount: u32): u32 {
  let out = linesAt
  for (let row: u32 = 0; row < rowCount; row++) {
    const at = wordAt(row)
    const length = wordAt(row + 1) - at
    store<u64>(out, 0x3a2264726f77227b) // {"word":
    store<u8>(out, 0x22, 8)
    out += 9
    out = mustEscape(at, length) ? writeEscaped(out, at, length) : writeBytes(out, at, length)
    store<u64>(out, 0x6e756f63222c22) // ","coun
    store<u32>(out, 0x3a2274, 7) // t":
    out = writeCount(out + 10, row)
    store<u16>(out, 0x0a7d)
    out += 2
  }
  return <u32>(out - linesAt)
}

// @ts-ignore: decorator
@inline
function wordAt(row: u32): usize {
  return bytesAt + <usize>load<u32>(offsetsAt + (<usize>row << 2))
}

// @ts-ignore: decorator
@inline
function writeBytes(out: usize, at: usize, length: usize): usize {
  copyWord(out, at, <u32>length)
  return out + length
}

function mustQuote(at: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i += 16) {
    const text = v128.load(at + i)
    const special = v128.or(
      v128.or(i8x16.eq(text, i8x16.splat(0x22)), i8x16.eq(text, i8x16.splat(0x2c))),
      v128.or(i8x16.eq(text, i8x16.splat(0x0d)), i8x16.eq(text, i8x16.splat(0x0a))),
    )
    if (hasBitBefore(special, length - i)) return true
  }
  return false
}

function mustEscape(at: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i += 16) {
    const text = v128.load(at + i)
    const special = v128.or(
      v128.or(i8x16.eq(text, i8x16.splat(0x22)), i8x16.eq(text, i8x16.splat(0x5c))),
      i8x16.lt_u(text, i8x16.splat(0x20)),
    )
    if (hasBitBefore(special, length - i)) return true
  }
  return false
}

/** Whether one of the first `length` bytes is set; bytes behind a word are not its own. */
// @ts-ignore: decorator
@inline
function hasBitBefore(bytes: v128, length: usize): bool {
  const bits = <u32>i8x16.bitmask(bytes)
  return length >= 16 ? bits != 0 : (bits & ((1 << <u32>length) - 1)) != 0
}

function writeQuoted(out: usize, at: usize, length: usize): usize {
  store<u8>(out++, 0x22)
  for (const end = at + length; at < end; at++) {
    const byte = load<u8>(at)
    store<u8>(out++, byte)
    if (byte == 0x22) store<u8>(out++, byte)
  }
  store<u8>(out++, 0x22)
  return out
}

function writeEscaped(out: usize, at: usize, length: usize): usize {
  for (const end = at + length; at < end; at++) {
    const byte = load<u8>(at)
    const short = shortEscape(byte)
    if (short) {
      store<u8>(out, 0x5c)
      store<u8>(out, short, 1)
      out += 2
    } else if (byte < 0x20) {
      store<u32>(out, 0x3030755c) // \u00
      store<u8>(out, hexDigit(byte >> 4), 4)
      store<u8>(out, hexDigit(byte & 15), 5)
      out += 6
    } else {
      store<u8>(out++, byte)
    }
  }
  return out
}

function shortEscape(byte: u8): u8 {
  if (byte == 0x22 || byte == 0x5c) return byte
  if (byte == 0x08) return 0x62
  if (byte == 0x09) return 0x74
  if (byte == 0x0a) return 0x6e
  if (byte == 0x0c) return 0x66
  if (byte == 0x0d) return 0x72
  return 0
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value
}

// @ts-ignore: decorator
@inline
function writeCount(out: usize, row: u32): usize {
  const count = <u64>load<f64>(countsAt + (<usize>row << 3))
  if (count >= 10) return writeDigits(out, count)
  store<u8>(out, <u8>(0x30 + count))
  return out + 1
}

function writeDigits(out: usize, count: u64): usize {
  const end = HASHES + 32
  let at = end
  while (count >= 10) {
    at -= 2
    const rest = count / 100
    store<u16>(at, load<u16>(DIGITS + (<usize>(count - rest * 100) << 1)))
    count = rest
  }
  if (count) store<u8>(--at, <u8>(0x30 + count))
  v128.store(out, v128.load(at))
  return out + (end - at)
}
