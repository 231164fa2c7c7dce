// Filters and groups JSON lines of one shape, and adds up numbers of theirs, without making records: the module behind ../wasm-json-groups.ts.
//
// A shape says what stands between the values of a line, byte for byte. Values that nobody asked for are checked and passed over. What would take more than
// that (escapes in a text that matters, nested values, numbers of more than 15 digits or with an exponent, another shape) is not plain.
//
// Memory  what decimal.ts and group-table.ts say
//         0x0800 values of the line: 16 bytes a key: u32 type, u32 start, u32 end, u32 0; strings without their quotes
//         then what record-reading.ts says, then
//                PLAN     32 bytes a key: u32 address of what stands before its value, u32 length, u32 slot (or NO_SLOT), u32 how the type is bound; the last entry
//                         is what stands behind the last value
//                TERMS    32 bytes each: u32 key, u32 comparison, u32 address of a text, u32 its length, f64 number, u32 whether another type is not plain, u32 0
//                TEXTS    16 bytes of text and 16 bytes of mask at a time
//                the groups

import {fillPowers, parsedNumber, readNumber} from './decimal'
import {addToGroup, beginGroups, findGroup, SLOTS_MAX, setAbsent, setNumber} from './group-table'
import {BACKSLASH, DASH, FALS_WORD, NULL_WORD, POINT, QUOTE, TRUE_WORD, ZERO} from './json-bytes'
import {BEHIND_INPUT, countRow, DONE, FULL, INPUT, INPUT_BYTES, NOT_PLAIN, startCounting, stopWith} from './record-reading'

export {clear, getGroupCount, groupAt} from './group-table'
export {getRows, getStatus, inputAt} from './record-reading'

const VALUES: usize = 0x800
const KEYS_MAX: u32 = 64
const TERMS_MAX: u32 = 5
const PLAN: usize = BEHIND_INPUT
const TERMS: usize = PLAN + 32 * <usize>(KEYS_MAX + 1)
const TEXTS: usize = TERMS + 32 * <usize>TERMS_MAX + 32
const TEXT_BYTES: usize = 0x8000
const GROUPS: usize = TEXTS + TEXT_BYTES

const NO_SLOT: u32 = 0xffffffff

// Types of values.
const STRING: u32 = 0
const NUMBER: u32 = 1
const TRUE: u32 = 2
const FALSE: u32 = 3
const NULL: u32 = 4
/** A text with escapes: what it says is not known here. */
const ESCAPED: u32 = 5

// Comparisons.
const IS_TEXT: u32 = 0
const IS_NUMBER: u32 = 1
const IS_BELOW: u32 = 2
const IS_AT_MOST: u32 = 3
const IS_ABOVE: u32 = 4
const IS_AT_LEAST: u32 = 5
const IS_TRUE: u32 = 6
const IS_FALSE: u32 = 7

const LF: u8 = 0x0a
const CR: u8 = 0x0d

let keys: u32 = 0
let terms: u32 = 0
/** Bit i: whether a record is taken for which the terms that hold are those of i. */
let accepted: u32 = 1
let groupKey: u32 = 0
let rejected: u32 = 0

export function planAt(): usize {
  return PLAN
}

export function termsAt(): usize {
  return TERMS
}

export function textsAt(): usize {
  return TEXTS
}

/** Plan, terms and texts stand where they belong. Answers whether this can be done here. */
export function begin(keyCount: u32, keyIndex: u32, slotCount: u32, termCount: u32, acceptedTerms: u32): bool {
  if (keyCount > KEYS_MAX || slotCount > SLOTS_MAX || termCount > TERMS_MAX) return false
  keys = keyCount
  groupKey = keyIndex
  terms = termCount
  accepted = acceptedTerms
  fillPowers()
  return beginGroups(GROUPS, slotCount, 64)
}

/** Records filtered out since the last call. */
export function takeRejected(): u32 {
  const count = rejected
  rejected = 0
  return count
}

/** Takes lines from offset `from` of the text on, up to the last one that ends before `end`; answers where it stopped, see `getStatus`. */
export function read(from: u32, end: u32): u32 {
  const limit = INPUT + <usize>end
  let at = INPUT + <usize>from
  startCounting()
  while (at < limit) {
    const next = readLine(at)
    if (next == 0 || next > limit) {
      if (hasLine(at, limit)) stopWith(NOT_PLAIN)
      break
    }
    const why = takeLine()
    if (why != DONE) {
      stopWith(why)
      break
    }
    countRow()
    at = next
  }
  return <u32>(at - INPUT)
}

/** Behind the limit stands what was there before: a line that reaches over it means nothing. */
function hasLine(at: usize, limit: usize): bool {
  for (let p = at; p < limit; p++) if (load<u8>(p) == LF) return true
  return false
}

/** The values of the line at `at` to VALUES; answers behind its end, 0 where it is not of this shape. */
// @ts-ignore: decorator
@inline
function readLine(at: usize): usize {
  let p = at
  for (let key: u32 = 0; key < keys; key++) {
    const plan = PLAN + 32 * <usize>key
    const length = <usize>load<u32>(plan, 4)
    if (!isText(p, <usize>load<u32>(plan), length)) return 0
    p = readValue(p + length, VALUES + 16 * <usize>key)
    if (p == 0) return 0
  }
  const plan = PLAN + 32 * <usize>keys
  const length = <usize>load<u32>(plan, 4)
  if (!isText(p, <usize>load<u32>(plan), length)) return 0
  p += length
  if (load<u8>(p) == CR) p++
  return load<u8>(p) == LF ? p + 1 : 0
}

/** Whether a text stands at `at`. */
// @ts-ignore: decorator
@inline
function isText(at: usize, text: usize, length: usize): bool {
  let t = text
  for (let i: usize = 0; i < length; i += 16, t += 32) {
    if (v128.any_true(v128.and(v128.xor(v128.load(at + i), v128.load(t)), v128.load(t, 16)))) return false
  }
  return true
}

/** Checks the value at `at`; answers behind it, 0 where it is not plain. */
// @ts-ignore: decorator
@inline
function readValue(at: usize, value: usize): usize {
  const first = load<u8>(at)
  if (first == QUOTE) return readText(at + 1, value)
  if (<u32>first - 0x30 <= 9 || first == DASH) return passNumber(at, value)
  return readWord(at, value)
}

// @ts-ignore: decorator
@inline
function readText(start: usize, value: usize): usize {
  // A line ends with a character below 0x20, and behind the text stand zeros or what was there before, which ended as well.
  for (let p = start; p < INPUT + INPUT_BYTES; p += 16) {
    const bytes = v128.load(p)
    const special = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    )
    if (special == 0) continue
    const end = p + <usize>ctz(special)
    if (load<u8>(end) != QUOTE) return readEscaped(end, start, value)
    return setValue(value, STRING, start, end, end + 1)
  }
  return 0
}

/** A text with escapes, which are checked: from `at`, its first byte that is none of its own. */
function readEscaped(at: usize, start: usize, value: usize): usize {
  let p = at
  while (p < INPUT + INPUT_BYTES) {
    const byte = load<u8>(p)
    if (byte == QUOTE) return setValue(value, ESCAPED, start, p, p + 1)
    if (byte < 0x20) return 0
    if (byte == BACKSLASH) {
      const length = escapeLength(p)
      if (length == 0) return 0
      p += length
    } else p++
  }
  return 0
}

/** Bytes of the escape at `at`; 0: JSON has no such escape. */
function escapeLength(at: usize): usize {
  const byte = load<u8>(at + 1)
  if (byte == 0x75) {
    for (let i: usize = 2; i < 6; i++) if (!isHexDigit(load<u8>(at + i))) return 0
    return 6
  }
  // " / \ b f n r t
  const isKnown =
    byte == QUOTE ||
    byte == 0x2f ||
    byte == BACKSLASH ||
    byte == 0x62 ||
    byte == 0x66 ||
    byte == 0x6e ||
    byte == 0x72 ||
    byte == 0x74
  return isKnown ? 2 : 0
}

function isHexDigit(byte: u8): bool {
  return <u32>byte - 0x30 <= 9 || (<u32>byte | 0x20) - 0x61 <= 5
}

/** A number as JSON has it, of up to 15 bytes and without an exponent, which the text behind the value will not bear. */
// @ts-ignore: decorator
@inline
function passNumber(at: usize, value: usize): usize {
  const first = load<u8>(at) == DASH ? at + 1 : at
  const bytes = v128.load(first)
  const others = ~i8x16.bitmask(i8x16.le_u(i8x16.sub(bytes, i8x16.splat(ZERO)), i8x16.splat(9))) & 0xffff
  if (others == 0) return 0
  const whole = ctz(others)
  if (whole == 0 || (whole > 1 && load<u8>(first) == ZERO)) return 0
  let end = first + <usize>whole
  if (load<u8>(end) == POINT) {
    const behind = others & (others - 1)
    if (behind == 0) return 0
    const length = ctz(behind)
    if (length == whole + 1) return 0
    end = first + <usize>length
  }
  const last = load<u8>(end) | 0x20
  if (last == 0x65) return 0
  return setValue(value, NUMBER, at, end, end)
}

function readWord(at: usize, value: usize): usize {
  const word = load<u32>(at)
  if (word == NULL_WORD) return setValue(value, NULL, at, at + 4, at + 4)
  if (word == TRUE_WORD) return setValue(value, TRUE, at, at + 4, at + 4)
  if (word == FALS_WORD && load<u8>(at, 4) == 0x65) return setValue(value, FALSE, at, at + 5, at + 5)
  return 0
}

// @ts-ignore: decorator
@inline
function setValue(value: usize, type: u32, start: usize, end: usize, behind: usize): usize {
  store<u32>(value, type)
  store<u32>(value, <u32>start, 4)
  store<u32>(value, <u32>end, 8)
  return behind
}

/** Filters the line in VALUES and adds it to its group. */
// @ts-ignore: decorator
@inline
function takeLine(): u32 {
  let held: u32 = 0
  for (let i: u32 = 0; i < terms; i++) {
    const answer = compare(TERMS + 32 * <usize>i)
    if (answer < 0) return NOT_PLAIN
    held |= <u32>answer << i
  }
  if (((accepted >> held) & 1) == 0) {
    rejected++
    return DONE
  }
  for (let key: u32 = 0; key < keys; key++) {
    const slot = load<u32>(PLAN + 32 * <usize>key, 8)
    if (slot == NO_SLOT) continue
    const value = VALUES + 16 * <usize>key
    const type = load<u32>(value)
    if (type == NULL) setAbsent(<u8>slot)
    else if (type != NUMBER || !isNumber(value)) return NOT_PLAIN
    else setNumber(<u8>slot, parsedNumber())
  }
  const key = VALUES + 16 * <usize>groupKey
  if (load<u32>(key) != STRING) return NOT_PLAIN
  const start = <usize>load<u32>(key, 4)
  const group = findGroup(start, <usize>load<u32>(key, 8) - start)
  if (group == 0) return FULL
  addToGroup(group)
  return DONE
}

function isNumber(value: usize): bool {
  return readNumber(<usize>load<u32>(value, 4), <usize>load<u32>(value, 8), true)
}

/** 1 or 0: whether the term holds; -1: only JavaScript knows. */
// @ts-ignore: decorator
@inline
function compare(term: usize): i32 {
  const value = VALUES + 16 * <usize>load<u32>(term)
  const type = load<u32>(value)
  const comparison = load<u32>(term, 4)
  if (comparison == IS_TEXT) {
    if (type == ESCAPED) return -1
    if (type != STRING) return load<u32>(term, 24) == 0 ? 0 : -1
    const start = <usize>load<u32>(value, 4)
    const length = <usize>load<u32>(term, 12)
    return <usize>load<u32>(value, 8) - start == length && isText(start, <usize>load<u32>(term, 8), length) ? 1 : 0
  }
  if (comparison <= IS_AT_LEAST) {
    if (type != NUMBER) return load<u32>(term, 24) == 0 ? 0 : -1
    if (!isNumber(value)) return -1
    return holds(comparison, parsedNumber(), load<f64>(term, 16)) ? 1 : 0
  }
  const wanted = comparison == IS_TRUE ? TRUE : comparison == IS_FALSE ? FALSE : NULL
  if (type != wanted && load<u32>(term, 24) != 0) return -1
  return type == wanted ? 1 : 0
}

function holds(comparison: u32, value: f64, other: f64): bool {
  if (comparison == IS_NUMBER) return value == other
  if (comparison == IS_BELOW) return value < other
  if (comparison == IS_AT_MOST) return value <= other
  return comparison == IS_ABOVE ? value > other : value >= other
}
