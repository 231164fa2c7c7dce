import {classify} from './classify'
import {hash16, hashLong, hashWord, longHasHigh, word16} from './hash'
import {BLOCK, BORDERS, CANDIDATES, GROUP_WORDS, HASHES, OFFSETS, ROW_BYTES, VALUES} from './layout'
import {
  COUNT, LENGTH, RAW, countRaw, entryAt, findOrAdd, findOrAddReserved, index, reserveLong, sameWord, slotMask,
} from './table'

let words: i64 = 0
let touched: u32 = 0

/** Sum of all counts added since the last `clearWords`. A raw chunk counts as one word until it is normalised. */
export function getWords(): f64 {
  return <f64>words
}

export function clearWords(): void {
  words = 0
}

export function addWords(count: f64): void {
  words += <i64>count
}

/**
 * Counts the words of the block. Answers the number of bytes done: all of them, or up to the last word when that one touches
 * the end of the block and the block is not the last of its text. When the table is full: -1 - (bytes done).
 */
export function countBlock(length: i32, isLast: bool): i32 {
  let wordCount = classify(length) >> 1
  let done = length
  if (!isLast && wordCount > 0 && <i32>load<u16>(BORDERS + (<usize>wordCount << 2) - 2) == length) {
    wordCount--
    done = <i32>load<u16>(BORDERS + (<usize>wordCount << 2))
  }
  for (let first = 0; first < wordCount; first += GROUP_WORDS) {
    const borders = BORDERS + (<usize>first << 2)
    const size = min<i32>(GROUP_WORDS, wordCount - first)
    hashGroup(borders, size)
    probeGroup(size)
    touchGroup(size)
    const counted = countGroup(borders, size)
    words += counted
    if (counted < size) return -1 - <i32>load<u16>(borders + (<usize>counted << 2))
  }
  return done
}

/** Pass 1: a hash for each word. Nothing here waits for the table. */
function hashGroup(borders: usize, size: i32): void {
  const end = borders + (<usize>size << 2)
  let out = HASHES
  for (let at = borders; at < end; at += 4) {
    const start = <u32>load<u16>(at)
    const length = <u32>load<u16>(at, 2) - start
    store<u32>(out, hashWord(BLOCK + <usize>start, length))
    out += 4
  }
}

/** Pass 2: the entry whose hash seems to be the same, if any. The loads of different words do not wait for each other. */
function probeGroup(size: i32): void {
  const slots = index
  const mask = slotMask
  for (let i: usize = 0, end = <usize>size << 2; i < end; i += 4) {
    const hash = load<u32>(HASHES + i)
    let slot = hash & mask
    let found = load<u32>(slots + (<usize>slot << 2))
    while ((found ^ hash) > mask && found) {
      slot = (slot + 1) & mask
      found = load<u32>(slots + (<usize>slot << 2))
    }
    store<u32>(CANDIDATES + i, found & mask)
  }
}

/**
 * Pass 3: reads a field of each candidate, so that its cache line is there when the next pass needs it. This loop is so
 * short that the processor works on many words at once; the sum only keeps the compiler from dropping the reads.
 */
function touchGroup(size: i32): void {
  let sum: u32 = 0
  for (let i: usize = 0, end = <usize>size << 2; i < end; i += 4) {
    sum += load<u32>(entryAt(load<u32>(CANDIDATES + i) - 1), LENGTH)
  }
  touched += sum
}

/** Pass 4: compares each word with its candidate and counts it. Answers how many words were counted before the table was full. */
function countGroup(borders: usize, size: i32): i32 {
  for (let i = 0; i < size; i++) {
    const border = load<u32>(borders + (<usize>i << 2))
    const start = border & 0xffff
    const length = (border >> 16) - start
    const at = BLOCK + <usize>start
    const candidate = load<u32>(CANDIDATES + (<usize>i << 2))
    if (length <= 16 && candidate) {
      const word = word16(at, length)
      const entry = entryAt(candidate - 1)
      const lengthField = length | (i8x16.bitmask(word) ? RAW : 0)
      if (load<u32>(entry, LENGTH) == lengthField && !v128.any_true(v128.xor(v128.load(entry), word))) {
        store<i64>(entry, load<i64>(entry, COUNT) + 1, COUNT)
        continue
      }
    }
    if (!countOne(at, length, load<u32>(HASHES + (<usize>i << 2)))) return i
  }
  return size
}

function countOne(at: usize, length: u32, hash: u32): bool {
  const raw = length <= 16 ? i8x16.bitmask(word16(at, length)) != 0 : longHasHigh(at, length)
  const entry = findOrAdd(at, length, length | (raw ? RAW : 0), hash)
  if (!entry) return false
  count(entry, raw)
  return true
}

function count(entry: usize, raw: bool): void {
  const before = load<i64>(entry, COUNT)
  store<i64>(entry, before + 1, COUNT)
  if (raw && !before) countRaw()
}

/** Counts a word that is longer than a block and was written where `reserveLong` said; false when the table is full. */
export function countReserved(length: u32): bool {
  const at = reserveLong(length)
  for (let i = at, end = at + <usize>length; i < end; i++) {
    const byte = load<u8>(i)
    if (byte - 0x41 < 26) store<u8>(i, byte | 0x20)
  }
  const raw = longHasHigh(at, length)
  const entry = findOrAddReserved(length, length | (raw ? RAW : 0))
  if (!entry) return false
  words++
  count(entry, raw)
  return true
}

/** Adds a row whose word was written where `reserveLong` said; answers its count then, or -1 when the table is full. */
export function addReserved(length: u32, value: f64): f64 {
  const entry = findOrAddReserved(length, length)
  if (!entry) return -1
  return <f64>addTo(entry, <i64>value)
}

/**
 * Adds the rows at OFFSETS (which count from `base`), VALUES and ROW_BYTES; each value becomes the count of its word after the row. Answers how many
 * rows were added before the table was full.
 */
export function addBlock(rowCount: i32, base: u32): i32 {
  const bytes = ROW_BYTES - <usize>base
  for (let first = 0; first < rowCount; first += GROUP_WORDS) {
    const size = min<i32>(GROUP_WORDS, rowCount - first)
    const offsets = OFFSETS + (<usize>first << 2)
    hashRows(bytes, offsets, size)
    probeGroup(size)
    touchGroup(size)
    const added = addGroup(bytes, offsets, VALUES + (<usize>first << 3), size)
    if (added < size) return first + added
  }
  return rowCount
}

function hashRows(bytes: usize, offsets: usize, size: i32): void {
  let start = load<u32>(offsets)
  for (let i: usize = 0, end = <usize>size << 2; i < end; i += 4) {
    const next = load<u32>(offsets + i, 4)
    store<u32>(HASHES + i, hashWord(bytes + <usize>start, next - start))
    start = next
  }
}

function addGroup(bytes: usize, offsets: usize, values: usize, size: i32): i32 {
  let start = load<u32>(offsets)
  for (let i = 0; i < size; i++) {
    const next = load<u32>(offsets + (<usize>i << 2), 4)
    const length = next - start
    const at = bytes + <usize>start
    const candidate = load<u32>(CANDIDATES + (<usize>i << 2))
    let entry = candidate ? entryAt(candidate - 1) : 0
    if (!entry || !sameWord(entry, at, length, length)) {
      entry = findOrAdd(at, length, length, load<u32>(HASHES + (<usize>i << 2)))
      if (!entry) return i
    }
    const value = values + (<usize>i << 3)
    store<f64>(value, <f64>addTo(entry, <i64>load<f64>(value)))
    start = next
  }
  return size
}

// @ts-ignore: decorator
@inline
export function addTo(entry: usize, value: i64): i64 {
  const sum = load<i64>(entry, COUNT) + value
  store<i64>(entry, sum, COUNT)
  words += value
  return sum
}
