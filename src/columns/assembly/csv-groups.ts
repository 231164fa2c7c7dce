// Groups records of CSV and adds up numbers of theirs, without making them: the module behind ../wasm-csv-groups.ts.
//
// Memory  0x0400 plan: of column c a kind (u8) at PLAN + 2c, and its value's slot (255: none) at PLAN + 2c + 1
//         0x0600 the record's numbers: f64 a slot; 0x0680 whether there is one: u8 a slot
//         0x0700 powers of ten: f64 × 16
//         0x1000 where the structural bytes of the chunk in hand stand: u32 each
//         0x9100 fields of the record: u32 start, u32 end, u32 0: as it stands, 1: quoted, 2: with doubled quotes, u32 0
//         0xa000 the text, INPUT_BYTES and 64 more
//         then the index (u32 a slot, group + 1), the groups, the keys' bytes, each padded with zeros to 8, and room for one key
//
// Group   u32 hash, u32 key length, u32 key address, u32 0, f64 records, then of each slot f64 count, sum, least, greatest

const PLAN: usize = 0x400
const NUMBERS: usize = 0x600
const PRESENT: usize = 0x680
const POWERS: usize = 0x700
const POSITIONS: usize = 0x1000
const FIELDS: usize = 0x9100
const INPUT: usize = 0xa000
const INPUT_BYTES: usize = 0x40000
const INDEX: usize = INPUT + INPUT_BYTES + 64
const INDEX_SLOTS: u32 = 0x8000
const GROUPS: usize = INDEX + 4 * <usize>INDEX_SLOTS
const GROUPS_MAX: u32 = 0x4000
const KEY_BYTES: usize = 0x100000
/** Bytes whose structure is looked at at once: as many positions have room. */
const CHUNK_BYTES: usize = 0x2000
const COLUMNS_MAX: i32 = 192
const SLOTS_MAX: u32 = 8

const TEXT: u8 = 0
const INTEGER: u8 = 1
const NUMBER: u8 = 2

const LF: u8 = 0x0a
const CR: u8 = 0x0d
const DASH: u8 = 0x2d
const POINT: u8 = 0x2e

/** Why `read` stopped: at the end or an incomplete record, at a record that is not plain, or because there is no room for a group. */
const DONE: u32 = 0
const NOT_PLAIN: u32 = 1
const FULL: u32 = 2

let columns: i32 = 0
let keyColumn: i32 = -1
let slots: u32 = 0
let groupBytes: usize = 0
let keysStart: usize = 0
let keysAt: usize = 0
let groupCount: u32 = 0
let delimiter: u8 = 0
let quote: i32 = -1
let status: u32 = DONE
let rows: u32 = 0
let parsed: f64 = 0
let isDoubled = false

export function inputAt(): usize {
  return INPUT
}

export function planAt(): usize {
  return PLAN
}

/** The plan of `columnCount` columns stands at `planAt`. Answers whether this can be done here. */
export function begin(columnCount: i32, key: i32, slotCount: u32, delimiterByte: u32, quoteByte: i32): bool {
  if (columnCount > COLUMNS_MAX || slotCount > SLOTS_MAX) return false
  columns = columnCount
  keyColumn = key
  slots = slotCount
  delimiter = <u8>delimiterByte
  quote = quoteByte
  let power: f64 = 1
  for (let i: usize = 0; i < 16; i++, power *= 10) store<f64>(POWERS + 8 * i, power)
  groupBytes = 24 + 32 * <usize>slots
  keysStart = GROUPS + groupBytes * <usize>GROUPS_MAX
  const pages = <i32>((keysStart + KEY_BYTES + CHUNK_BYTES + 0xffff) >> 16) - memory.size()
  if (pages > 0 && memory.grow(pages) < 0) return false
  clear()
  return true
}

export function clear(): void {
  memory.fill(INDEX, 0, 4 * <usize>INDEX_SLOTS)
  keysAt = keysStart
  groupCount = 0
}

export function getGroupCount(): u32 {
  return groupCount
}

export function groupAt(group: u32): usize {
  return GROUPS + groupBytes * <usize>group
}

export function getStatus(): u32 {
  return status
}

/** Records taken by the last `read`. */
export function getRows(): u32 {
  return rows
}

/** Takes records from offset `from` of the text on, up to the last one that ends before `end`; answers where it stopped, see `getStatus`. */
export function read(from: u32, end: u32): u32 {
  const limit = INPUT + <usize>end
  let at = INPUT + <usize>from
  status = DONE
  rows = 0
  while (at < limit) {
    const chunkEnd = min(at + CHUNK_BYTES, limit)
    const reached = readChunk(at, chunkEnd)
    if (status != DONE) return <u32>(reached - INPUT)
    if (reached == at) {
      if (chunkEnd < limit) status = NOT_PLAIN
      return <u32>(at - INPUT)
    }
    at = reached
  }
  return <u32>(at - INPUT)
}

/** Structural bytes of [at, end) to POSITIONS; answers behind the last one. */
// @ts-ignore: decorator
@inline
function index(at: usize, end: usize): usize {
  const delimiters = i8x16.splat(<i8>delimiter)
  const feeds = i8x16.splat(<i8>LF)
  const returns = i8x16.splat(<i8>CR)
  const quotes = i8x16.splat(<i8>(quote < 0 ? <i32>LF : quote))
  let out = POSITIONS
  for (let p = at; p < end; p += 16) {
    const bytes = v128.load(p)
    const found = v128.or(
      v128.or(i8x16.eq(bytes, delimiters), i8x16.eq(bytes, feeds)),
      v128.or(i8x16.eq(bytes, returns), i8x16.eq(bytes, quotes)),
    )
    let bits = i8x16.bitmask(found)
    const left = end - p
    if (left < 16) bits &= (1 << <i32>left) - 1
    while (bits != 0) {
      store<u32>(out, <u32>p + <u32>ctz(bits))
      out += 4
      bits &= bits - 1
    }
  }
  return out
}

function readChunk(from: usize, end: usize): usize {
  const last = index(from, end)
  let at = from
  let next = POSITIONS
  while (next < last) {
    const behind = readFields(at, next, last)
    if (behind == 0) return at
    const stop = takeRecord()
    if (stop != DONE) {
      status = stop
      return at
    }
    rows++
    next = behind
    at = <usize>load<u32>(behind - 4) + 1
  }
  return at
}

/** The record at `at` to FIELDS; answers behind its last position, 0 if it is incomplete or not plain (then `status` says so). */
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

/** The bytes of a field with doubled quotes, without the doubling, behind the keys; answers how many. */
function undouble(start: usize, end: usize): usize {
  const out = keysStart + KEY_BYTES
  let length: usize = 0
  for (let p = start; p < end; p++) {
    const byte = load<u8>(p)
    store<u8>(out + length++, byte)
    if (<i32>byte == quote) p++
  }
  return length
}

function notPlain(): usize {
  status = NOT_PLAIN
  return 0
}

/** Checks the record's fields and adds it to its group. */
// @ts-ignore: decorator
@inline
function takeRecord(): u32 {
  if (columns == 1 && load<u32>(FIELDS, 8) == 0) {
    const start = <usize>load<u32>(FIELDS)
    if (start == <usize>load<u32>(FIELDS, 4) || load<u8>(start) <= 0x20) return NOT_PLAIN
  }
  for (let c = 0; c < columns; c++) {
    const kind = load<u8>(PLAN + 2 * <usize>c)
    const slot = load<u8>(PLAN + 2 * <usize>c, 1)
    if (kind == TEXT) {
      if (slot == 255) continue
      // A text is only counted: it always has a value.
      store<u8>(PRESENT + <usize>slot, 1)
      store<f64>(NUMBERS + 8 * <usize>slot, 0)
      continue
    }
    const field = FIELDS + 16 * <usize>c
    const start = <usize>load<u32>(field)
    const end = <usize>load<u32>(field, 4)
    if (start == end) {
      if (load<u32>(field, 8) != 0) return NOT_PLAIN
      if (slot != 255) store<u8>(PRESENT + <usize>slot, 0)
      continue
    }
    if (slot == 255 && kind == INTEGER) {
      if (!isInteger(start, end)) return NOT_PLAIN
      continue
    }
    if (!readNumber(start, end, kind == NUMBER)) return NOT_PLAIN
    if (slot == 255) continue
    store<u8>(PRESENT + <usize>slot, 1)
    store<f64>(NUMBERS + 8 * <usize>slot, parsed)
  }
  const group = findKey(FIELDS + 16 * <usize>keyColumn)
  if (group == 0) return FULL
  add(group)
  return DONE
}

// @ts-ignore: decorator
@inline
function add(group: usize): void {
  store<f64>(group, load<f64>(group, 16) + 1, 16)
  let sums = group + 24
  for (let slot: usize = 0; slot < <usize>slots; slot++, sums += 32) {
    if (load<u8>(PRESENT + slot) == 0) continue
    const value = load<f64>(NUMBERS + 8 * slot)
    store<f64>(sums, load<f64>(sums) + 1)
    store<f64>(sums, load<f64>(sums, 8) + value, 8)
    if (value < load<f64>(sums, 16)) store<f64>(sums, value, 16)
    if (value > load<f64>(sums, 24)) store<f64>(sums, value, 24)
  }
}

/** Up to 15 digits, perhaps behind a minus. */
// @ts-ignore: decorator
@inline
function isInteger(start: usize, end: usize): bool {
  const first = load<u8>(start) == DASH ? start + 1 : start
  const length = <i32>(end - first)
  if (length < 1 || length > 15) return false
  const others = i8x16.gt_u(i8x16.sub(v128.load(first), i8x16.splat(0x30)), i8x16.splat(9))
  return (i8x16.bitmask(others) & ((1 << length) - 1)) == 0
}

/** A decimal of up to 15 digits to `parsed`: such are exact before the division, so the result is the nearest double. */
// @ts-ignore: decorator
@inline
function readNumber(start: usize, end: usize, mayHavePoint: bool): bool {
  let p = start
  const isNegative = load<u8>(p) == DASH
  if (isNegative) p++
  let value: u64 = 0
  let whole = p
  while (p < end) {
    const digit = <u32>load<u8>(p) - 0x30
    if (digit > 9) break
    value = value * 10 + <u64>digit
    p++
  }
  let digits = <i32>(p - whole)
  if (digits == 0 || digits > 15) return false
  let result = <f64>value
  if (p < end) {
    if (!mayHavePoint || load<u8>(p) != POINT) return false
    whole = ++p
    while (p < end) {
      const digit = <u32>load<u8>(p) - 0x30
      if (digit > 9) return false
      value = value * 10 + <u64>digit
      p++
    }
    const fraction = <i32>(p - whole)
    digits += fraction
    if (fraction == 0 || digits > 15) return false
    result = <f64>value / load<f64>(POWERS + 8 * <usize>fraction)
  }
  parsed = isNegative ? -result : result
  return true
}

// @ts-ignore: decorator
@inline
function findKey(field: usize): usize {
  const start = <usize>load<u32>(field)
  const end = <usize>load<u32>(field, 4)
  if (load<u32>(field, 8) < 2) return findGroup(start, end - start)
  return findGroup(keysStart + KEY_BYTES, undouble(start, end))
}

/** The group of a key, made if it is new; 0 if there is no room for it. */
function findGroup(key: usize, length: usize): usize {
  let mixed: u64 = <u64>length * 0x9e3779b97f4a7c15
  for (let i: usize = 0; i < length; i += 8) {
    mixed = (mixed ^ word(key + i, length - i)) * 0xd6e8feb86659fd93
    mixed ^= mixed >> 32
  }
  const hash = <u32>mixed
  let slot = hash & (INDEX_SLOTS - 1)
  let found = load<u32>(INDEX + 4 * <usize>slot)
  while (found != 0) {
    const group = groupAt(found - 1)
    if (load<u32>(group) == hash && load<u32>(group, 4) == <u32>length && isKey(key, length, group)) return group
    slot = (slot + 1) & (INDEX_SLOTS - 1)
    found = load<u32>(INDEX + 4 * <usize>slot)
  }
  return newGroup(key, length, hash, slot)
}

// @ts-ignore: decorator
@inline
function isKey(key: usize, length: usize, group: usize): bool {
  const known = <usize>load<u32>(group, 8)
  for (let i: usize = 0; i < length; i += 8) if (word(key + i, length - i) != load<u64>(known + i)) return false
  return true
}

/** Up to 8 bytes, zeros behind them. */
// @ts-ignore: decorator
@inline
function word(at: usize, length: usize): u64 {
  const bytes = load<u64>(at)
  return length >= 8 ? bytes : bytes & (((<u64>1) << (8 * <u64>length)) - 1)
}

function newGroup(key: usize, length: usize, hash: u32, slot: u32): usize {
  const padded = (length + 7) & ~7
  if (groupCount == GROUPS_MAX || keysAt + padded > keysStart + KEY_BYTES) return 0
  for (let i: usize = 0; i < length; i += 8) store<u64>(keysAt + i, word(key + i, length - i))
  const group = groupAt(groupCount)
  store<u32>(group, hash)
  store<u32>(group, <u32>length, 4)
  store<u32>(group, <u32>keysAt, 8)
  store<f64>(group, 0, 16)
  let sums = group + 24
  for (let i: u32 = 0; i < slots; i++, sums += 32) {
    store<f64>(sums, 0)
    store<f64>(sums, 0, 8)
    store<f64>(sums, Infinity, 16)
    store<f64>(sums, -Infinity, 24)
  }
  keysAt += padded
  store<u32>(INDEX + 4 * <usize>slot, ++groupCount)
  return group
}
