import {classify} from './classify'
import {copyWord} from './copy'
import {hashWord, javaHash, longHasHigh, word16} from './hash'
import {BLOCK, BORDERS, KEY_HASHES, OFFSETS, ROW_BYTES, ROW_BYTES_CAPACITY} from './layout'
import {COUNT, RAW, arena, clearTable, find, findOrAdd, makeArenaRoom, takeArena} from './table'

// Words in order. The table is a memo here: raw chunk -> offset of its normalised words in the arena,
//
//   u32 number of words, u32 invalid sequences, then for each word: u32 length, u32 Java hash, bytes

const PENDING_NONE: u32 = 0

/** What `fillTokens` answers. */
const BLOCK_DONE: i32 = 0
const BATCH_FULL: i32 = 1
const CHUNK_UNKNOWN: i32 = 2

let wordCount: u32 = 0
let word: u32 = 0
let rows: u32 = 0
let used: u32 = 0
let pendingWords: u32 = PENDING_NONE
let pendingAt: usize = 0
let invalid: f64 = 0
let tokenBytes: usize = ROW_BYTES

/** Begins an empty batch. */
export function beginTokens(): void {
  rows = 0
  used = 0
  tokenBytes = ROW_BYTES
  store<u32>(OFFSETS, 0)
}

/** Forgets what is left of the text before. */
export function dropTokens(): void {
  wordCount = 0
  word = 0
  pendingWords = PENDING_NONE
}

export function getTokenRows(): u32 {
  return rows
}

export function getTokenBytes(): usize {
  return tokenBytes
}

export function getInvalid(): f64 {
  return invalid
}

/** Finds the words of the block; answers the bytes done, as `countBlock` does. */
export function tokenizeBlock(length: i32, isLast: bool): i32 {
  word = 0
  wordCount = <u32>classify(length) >> 1
  if (isLast || !wordCount || <i32>load<u16>(borderOf(wordCount) - 2) != length) return length
  wordCount--
  return <i32>load<u16>(borderOf(wordCount))
}

// @ts-ignore: decorator
@inline
function borderOf(number: u32): usize {
  return BORDERS + (<usize>number << 2)
}

/** Adds words of the block to the batch until one of them ends, or a chunk comes that is not in the memo. */
export function fillTokens(maxRows: u32): i32 {
  while (true) {
    if (pendingWords && !emitPending(maxRows)) return BATCH_FULL
    if (word == wordCount) return BLOCK_DONE
    if (rows == maxRows) return BATCH_FULL
    const start = <u32>load<u16>(borderOf(word))
    const length = <u32>load<u16>(borderOf(word), 2) - start
    const at = BLOCK + <usize>start
    if (length <= 16) {
      const bytes = word16(at, length)
      if (!i8x16.bitmask(bytes)) {
        if (used + length > <u32>ROW_BYTES_CAPACITY) return BATCH_FULL
        v128.store(ROW_BYTES + <usize>used, bytes)
        endRow(length, javaHash(at, length))
        word++
        continue
      }
    } else if (!longHasHigh(at, length)) {
      if (used + length > <u32>ROW_BYTES_CAPACITY) return BATCH_FULL
      copyWord(ROW_BYTES + <usize>used, at, length)
      endRow(length, javaHash(at, length))
      word++
      continue
    }
    const entry = find(at, length, length | RAW, hashWord(at, length))
    if (!entry) return CHUNK_UNKNOWN
    const words = arena + <usize>load<u32>(entry, COUNT)
    pendingWords = load<u32>(words)
    invalid += <f64>load<u32>(words, 4)
    pendingAt = words + 8
    word++
  }
}

// @ts-ignore: decorator
@inline
function endRow(length: u32, hash: u32): void {
  store<u32>(KEY_HASHES + (<usize>rows << 2), hash)
  rows++
  used += length
  store<u32>(OFFSETS + (<usize>rows << 2), used)
}

/** Adds the waiting words of a chunk; false when the batch is full before they are all in it. */
function emitPending(maxRows: u32): bool {
  for (; pendingWords; pendingWords--) {
    if (rows == maxRows) return false
    const length = load<u32>(pendingAt)
    const isTooLong = length > <u32>ROW_BYTES_CAPACITY
    if (isTooLong ? rows > 0 : used + length > <u32>ROW_BYTES_CAPACITY) return false
    // A word longer than the batch's memory is a batch of its own, read where it lies.
    if (isTooLong) tokenBytes = pendingAt + 8
    else copyWord(ROW_BYTES + <usize>used, pendingAt + 8, length)
    endRow(length, load<u32>(pendingAt, 4))
    pendingAt += 8 + <usize>length
  }
  return true
}

export function unknownStart(): usize {
  return BLOCK + <usize>load<u16>(borderOf(word))
}

export function unknownLength(): u32 {
  return <u32>load<u16>(borderOf(word), 2) - <u32>load<u16>(borderOf(word))
}

/** Puts the unknown chunk into the memo; answers where its words are to be written. A full memo is emptied first. */
export function memoise(bytes: u32): usize {
  const place = tryMemoise(bytes)
  if (place) return place
  clearTable()
  return tryMemoise(bytes)
}

function tryMemoise(bytes: u32): usize {
  const at = unknownStart()
  const length = unknownLength()
  if (!makeArenaRoom(bytes + length)) return 0
  const entry = findOrAdd(at, length, length | RAW, hashWord(at, length))
  if (!entry) return 0
  const offset = takeArena(bytes)
  store<u64>(entry, <u64>offset, COUNT)
  return arena + <usize>offset
}
