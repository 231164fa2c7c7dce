import {copyWord} from './copy'
import {hashWord, javaHash} from './hash'
import {BLOCK, BORDERS, KEY_HASHES, OFFSETS, ROW_BYTES, ROW_BYTES_CAPACITY, VALUES} from './layout'
import {addTo, addWords} from './count'
import {KEY_GROUP_PILES, pileEnd, sortByKeyGroup} from './key-groups'
import {sortByCount, sortByWord} from './sort'
import {COUNT, HASH, LENGTH, RAW, entryAt, entryCount, findOrAdd, index, rawCount, wordOf} from './table'

/** Raw bytes gathered at once: normalised they are at most three times as long, which fits into ROW_BYTES. */
const GATHERED_BYTES: u32 = 10000

let gatheredBytes: u32 = 0
let gatheredChunks: u32 = 0
let ids: usize = 0
let rowCount: u32 = 0
let cursor: u32 = 0
let rowBytes: usize = ROW_BYTES
/** Entries have the Java hash of their word. */
let isHashed = false
/** The pile of key groups that is being read. */
let pile: u32 = 0
let touched: u32 = 0

/**
 * Copies the raw chunks of entries [from, end) to the block, a line feed behind each, as many as fit. Answers the entry
 * that did not fit, or `end`. When nothing was gathered, that one is too long to be gathered at all.
 */
export function gatherRaw(from: u32, end: u32): u32 {
  let out = BLOCK
  gatheredChunks = 0
  let number = from
  for (; number < end; number++) {
    const entry = entryAt(number)
    const lengthField = load<u32>(entry, LENGTH)
    if (!(lengthField & RAW)) continue
    const length = lengthField & ~RAW
    if (<u32>(out - BLOCK) + length + 1 > GATHERED_BYTES) break
    copyWord(out, wordOf(entry), length)
    out += <usize>length
    store<u8>(out++, 0x0a)
    store<u32>(BORDERS + (<usize>gatheredChunks << 2), number)
    gatheredChunks++
  }
  gatheredBytes = <u32>(out - BLOCK)
  return number
}

export function getGatheredBytes(): u32 {
  return gatheredBytes
}

/** Count of the chunk in line `line` of the gathered block. */
export function gatheredCount(line: u32): f64 {
  return entryValue(load<u32>(BORDERS + (<usize>line << 2)))
}

/**
 * Adds the normalised words of the gathered chunks, from ROW_BYTES: a space between words, a line feed behind each chunk.
 * The chunks no longer count as words themselves. False when there is no room.
 */
export function addNormalised(length: u32): bool {
  const end = ROW_BYTES + <usize>length
  let line: u32 = 0
  let start = ROW_BYTES
  let value = <i64>gatheredCount(0)
  addWords(<f64>-value)
  for (let at = ROW_BYTES; at < end; at++) {
    const byte = load<u8>(at)
    if (byte != 0x20 && byte != 0x0a) continue
    if (at > start) {
      const size = <u32>(at - start)
      const entry = findOrAdd(start, size, size, hashWord(start, size))
      if (!entry) return false
      addTo(entry, value)
    }
    start = at + 1
    if (byte == 0x0a && ++line < gatheredChunks) {
      value = <i64>gatheredCount(line)
      addWords(<f64>-value)
    }
  }
  return true
}

export function entryBytes(number: u32): usize {
  return wordOf(entryAt(number))
}

export function entryLength(number: u32): u32 {
  return load<u32>(entryAt(number), LENGTH) & ~RAW
}

export function entryValue(number: u32): f64 {
  return <f64>load<i64>(entryAt(number), COUNT)
}

/**
 * Puts the numbers of all words in order (0 none, 1 count, 2 word). Without an order and with `keyGroups` other than 0, rows of
 * neighbouring key groups come together. The index is the scratch memory, so counting has ended.
 */
export function startReading(order: i32, keyGroups: u32): u32 {
  rowCount = entryCount - rawCount
  cursor = 0
  // Each order has its scratch memory before the numbers; memory that was never used costs page faults.
  ids = index + (order != 0 ? <usize>rowCount << 3 : keyGroups ? <usize>rowCount << 2 : 0)
  let out = ids
  for (let number: u32 = 0; number < entryCount; number++) {
    if (load<u32>(entryAt(number), LENGTH) & RAW) continue
    store<u32>(out, number)
    out += 4
  }
  if (order == 1) sortByCount(index, ids, rowCount)
  if (order == 2) sortByWord(index, ids, rowCount)
  isHashed = order == 0 && keyGroups != 0
  pile = 0
  if (isHashed) sortByKeyGroup(index, ids, rowCount, keyGroups)
  return rowCount
}

/** Writes the next rows to OFFSETS, VALUES, KEY_HASHES and ROW_BYTES; answers their number. */
export function readRows(maxRows: u32): u32 {
  const rows = min<u32>(maxRows, endOfPile() - cursor)
  rowBytes = ROW_BYTES
  touchRows(rows)
  store<u32>(OFFSETS, 0)
  let used: u32 = 0
  for (let row: u32 = 0; row < rows; row++) {
    const entry = entryAt(load<u32>(ids + (<usize>(cursor + row) << 2)))
    const length = load<u32>(entry, LENGTH)
    if (used + length > <u32>ROW_BYTES_CAPACITY) {
      if (row == 0) return readLongRow(entry, length)
      cursor += row
      return row
    }
    copyWord(ROW_BYTES + <usize>used, wordOf(entry), length)
    writeRow(row, entry, ROW_BYTES + <usize>used, length)
    used += length
    store<u32>(OFFSETS + (<usize>row << 2), used, 4)
  }
  cursor += rows
  return rows
}

/** Reads a field of each entry, as in count.ts: many cache misses are under way at once. */
function touchRows(rows: u32): void {
  let sum: u32 = 0
  for (let at = ids + (<usize>cursor << 2), end = at + (<usize>rows << 2); at < end; at += 4) {
    sum += load<u32>(entryAt(load<u32>(at)), LENGTH)
  }
  touched += sum
}

/** Where the rows end that may come with the next ones: those of one pile, when they are in piles. */
function endOfPile(): u32 {
  if (!isHashed) return rowCount
  while (pile < KEY_GROUP_PILES - 1 && cursor == pileEnd(pile)) pile++
  return pileEnd(pile)
}

/** The pile of the rows that were read last. */
export function getPile(): u32 {
  return pile
}

/** Where the bytes of the rows are: ROW_BYTES, or in the arena for the only row of a very long word. */
export function getRowBytes(): usize {
  return rowBytes
}

function readLongRow(entry: usize, length: u32): u32 {
  rowBytes = wordOf(entry)
  store<u32>(OFFSETS, length, 4)
  writeRow(0, entry, rowBytes, length)
  cursor++
  return 1
}

// @ts-ignore: decorator
@inline
function writeRow(row: u32, entry: usize, at: usize, length: u32): void {
  store<f64>(VALUES + (<usize>row << 3), <f64>load<i64>(entry, COUNT))
  store<u32>(KEY_HASHES + (<usize>row << 2), isHashed ? load<u32>(entry, HASH) : javaHash(at, length))
}
