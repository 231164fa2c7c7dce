// Groups records of CSV and adds up numbers of theirs, without making them: the module behind ../wasm-csv-groups.ts.
//
// Memory  0x0400 plan: of column c a kind (u8) at PLAN + 2c, and its value's slot (255: none) at PLAN + 2c + 1
//         then what decimal.ts, csv-records.ts and group-table.ts say

import {
  beginReading,
  CHUNK_BYTES,
  COLUMNS_MAX,
  columnCount,
  FIELDS,
  isDoubtfulSingle,
  nextRecord,
  quoteByte,
  setDialect,
} from './csv-records'
import {fillPowers, isInteger, parsedNumber, readNumber} from './decimal'
import {addToGroup, beginGroups, findGroup, scratchKey, setAbsent, setNumber, SLOTS_MAX} from './group-table'
import {BEHIND_INPUT, countRow, FULL, INPUT, NOT_PLAIN, stopWith} from './record-reading'

export {clear, getGroupCount, groupAt} from './group-table'
export {getRows, getStatus, inputAt} from './record-reading'

const PLAN: usize = 0x400

const TEXT: u8 = 0
const INTEGER: u8 = 1
const NUMBER: u8 = 2
const NO_SLOT: u8 = 255

let keyColumn: i32 = -1

export function planAt(): usize {
  return PLAN
}

/** The plan of `columns` columns stands at `planAt`. Answers whether this can be done here. */
export function begin(columns: i32, key: i32, slotCount: u32, delimiter: u32, quote: i32): bool {
  if (columns > COLUMNS_MAX || slotCount > SLOTS_MAX) return false
  keyColumn = key
  setDialect(columns, <u8>delimiter, quote)
  fillPowers()
  return beginGroups(BEHIND_INPUT, slotCount, CHUNK_BYTES)
}

/** Takes records from offset `from` of the text on, up to the last one that ends before `end`; answers where it stopped, see `getStatus`. */
export function read(from: u32, end: u32): u32 {
  const limit = INPUT + <usize>end
  let at = INPUT + <usize>from
  beginReading()
  while (at < limit) {
    const next = nextRecord(at, limit)
    if (next == 0 || !takeRecord()) break
    countRow()
    at = next
  }
  return <u32>(at - INPUT)
}

/** Checks the record's fields and adds it to its group; false: it is not plain, or there is no room. */
// @ts-ignore: decorator
@inline
function takeRecord(): bool {
  if (isDoubtfulSingle()) return refuse(NOT_PLAIN)
  const columns = columnCount()
  for (let c = 0; c < columns; c++) {
    const kind = load<u8>(PLAN + 2 * <usize>c)
    const slot = load<u8>(PLAN + 2 * <usize>c, 1)
    if (kind == TEXT) {
      // A text is only counted: it always has a value.
      if (slot != NO_SLOT) setNumber(slot, 0)
      continue
    }
    const field = FIELDS + 16 * <usize>c
    const start = <usize>load<u32>(field)
    const end = <usize>load<u32>(field, 4)
    if (start == end) {
      if (load<u32>(field, 8) != 0) return refuse(NOT_PLAIN)
      if (slot != NO_SLOT) setAbsent(slot)
      continue
    }
    if (slot == NO_SLOT && kind == INTEGER) {
      if (!isInteger(start, end)) return refuse(NOT_PLAIN)
      continue
    }
    if (!readNumber(start, end, kind == NUMBER)) return refuse(NOT_PLAIN)
    if (slot != NO_SLOT) setNumber(slot, parsedNumber())
  }
  const group = findKey(FIELDS + 16 * <usize>keyColumn)
  if (group == 0) return refuse(FULL)
  addToGroup(group)
  return true
}

function refuse(why: u32): bool {
  stopWith(why)
  return false
}

// @ts-ignore: decorator
@inline
function findKey(field: usize): usize {
  let start = <usize>load<u32>(field)
  let length = <usize>load<u32>(field, 4) - start
  if (load<u32>(field, 8) == 2) {
    length = undouble(start, start + length)
    start = scratchKey()
  }
  return findGroup(start, length)
}

/** The bytes of a field with doubled quotes, without the doubling, behind the keys; answers how many. */
function undouble(start: usize, end: usize): usize {
  const out = scratchKey()
  let length: usize = 0
  for (let p = start; p < end; p++) {
    const byte = load<u8>(p)
    store<u8>(out + length++, byte)
    if (<i32>byte == quoteByte()) p++
  }
  return length
}
