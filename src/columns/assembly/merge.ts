import {copyWord} from './copy'
import {DYNAMIC, OFFSETS, ROW_BYTES, ROW_BYTES_CAPACITY, VALUES} from './layout'

// Sorted inputs into one sorted output, by a tournament tree: one comparison a level and row (src/columns/row-merger.ts is the
// same in TypeScript and has the picture). This instance has no table; DYNAMIC holds
//
//   losers u32 × inputs | inputs, 64 bytes each | the rows of each input: offsets i32 | counts f64 | words' bytes
//
// input    0 u64 first 8 bytes of the current word, big-endian, zero padded     8 f64 its count
//         16 u32 where it is   20 u32 its length   24 u32 row   28 u32 rows
//         32 u32 where the offsets are   36 u32 the counts   40 u32 the bytes, less what the first offset says
//         44 u32 state   48 u32 1 when no more rows come   52 u32 where its memory begins   56 u32 how much that is

const PREFIX: usize = 0
const COUNT: usize = 8
const START: usize = 16
const LENGTH: usize = 20
const ROW: usize = 24
const ROWS: usize = 28
const OFFSETS_AT: usize = 32
const COUNTS_AT: usize = 36
const BYTES_AT: usize = 40
const STATE: usize = 44
const ENDED: usize = 48
const MEMORY_AT: usize = 52
const MEMORY_BYTES: usize = 56
const INPUT_BYTES: usize = 64

const WANTING: u32 = 0
const READY: u32 = 1
const EXHAUSTED: u32 = 2

const NOBODY: u32 = 0xffffffff
const ROWS_MAX: u32 = 2048

let isByCount: bool = false
let inputCount: u32 = 0
let inputs: usize = 0
let top: usize = 0
let wantingCount: u32 = 0
let isBuilt: bool = false
let outRows: u32 = 0
let outBytes: u32 = 0
let outBytesAt: usize = ROW_BYTES

/** Begins a merge; false when the system has no memory. */
export function beginMerge(order: i32, count: u32): bool {
  isByCount = order == 1
  inputCount = count
  inputs = (DYNAMIC + (<usize>count << 2) + 63) & ~63
  top = inputs + <usize>count * INPUT_BYTES
  wantingCount = count
  isBuilt = false
  outRows = 0
  outBytes = 0
  if (!reach(top)) return false
  memory.fill(DYNAMIC, 0, top - DYNAMIC)
  return true
}

/** The first input whose next row is not known, or -1. */
export function wantedInput(): i32 {
  if (wantingCount == 0) return -1
  for (let i: u32 = 0; i < inputCount; i++) if (load<u32>(inputAt(i), STATE) == WANTING) return <i32>i
  return -1
}

/** Where the words' bytes of the next rows of an input go; its offsets and counts are told by the next two. 0: no memory. */
export function reserveFeed(index: u32, bytes: u32, rowCount: u32): usize {
  const input = inputAt(index)
  const offsetsBytes = (((<usize>rowCount + 1) << 2) + 15) & ~15
  const countsBytes = <usize>rowCount << 3
  const needed = offsetsBytes + countsBytes + <usize>bytes + 16
  if (needed > <usize>load<u32>(input, MEMORY_BYTES) && !enlarge(input, needed)) return 0
  const at = <usize>load<u32>(input, MEMORY_AT)
  store<u32>(input, <u32>at, OFFSETS_AT)
  store<u32>(input, <u32>(at + offsetsBytes), COUNTS_AT)
  store<u32>(input, rowCount, ROWS)
  return at + offsetsBytes + countsBytes
}

export function feedOffsetsAt(index: u32): usize {
  return <usize>load<u32>(inputAt(index), OFFSETS_AT)
}

export function feedCountsAt(index: u32): usize {
  return <usize>load<u32>(inputAt(index), COUNTS_AT)
}

/** The rows are there: bytes at `bytesAt`, offsets that count from `base`. */
export function feed(index: u32, bytesAt: usize, base: u32): void {
  const input = inputAt(index)
  store<u32>(input, <u32>bytesAt - base, BYTES_AT)
  store<u32>(input, 0, ROW)
  store<u32>(input, READY, STATE)
  look(input)
  settle(index)
}

/** No more rows come to an input; those it has are still merged. */
export function endInput(index: u32): void {
  const input = inputAt(index)
  store<u32>(input, 1, ENDED)
  if (load<u32>(input, STATE) != WANTING) return
  store<u32>(input, EXHAUSTED, STATE)
  settle(index)
}

/** Merges rows to OFFSETS and VALUES; answers their number once they are a batch, or the last ones. 0: an input must be fed, or all is done. */
export function mergeRows(): u32 {
  if (wantingCount > 0) return 0
  outBytesAt = ROW_BYTES
  store<u32>(OFFSETS, 0)
  while (true) {
    const winner = load<u32>(DYNAMIC)
    const input = inputAt(winner)
    if (inputCount == 0 || load<u32>(input, STATE) == EXHAUSTED) return takeOutput()
    const length = load<u32>(input, LENGTH)
    if (outRows == ROWS_MAX) return takeOutput()
    if (outBytes + length > <u32>ROW_BYTES_CAPACITY) return outRows > 0 ? takeOutput() : takeLongRow(winner, input)
    copyWord(ROW_BYTES + <usize>outBytes, <usize>load<u32>(input, START), length)
    store<f64>(VALUES + (<usize>outRows << 3), load<f64>(input, COUNT))
    outBytes += length
    outRows++
    store<u32>(OFFSETS + (<usize>outRows << 2), outBytes)
    if (!advance(winner, input)) return 0
  }
}

export function isMergeDone(): bool {
  return wantingCount == 0 && outRows == 0 && (inputCount == 0 || load<u32>(inputAt(load<u32>(DYNAMIC)), STATE) == EXHAUSTED)
}

/** Where the words of the merged rows are: ROW_BYTES, or for the only row of a very long word where it was fed. */
export function getMergedBytesAt(): usize {
  return outBytesAt
}

function takeOutput(): u32 {
  const rows = outRows
  outRows = 0
  outBytes = 0
  return rows
}

function takeLongRow(index: u32, input: usize): u32 {
  outBytesAt = <usize>load<u32>(input, START)
  store<u32>(OFFSETS, load<u32>(input, LENGTH), 4)
  store<f64>(VALUES, load<f64>(input, COUNT))
  advance(index, input)
  return 1
}

/** To the winner's next row; false when that must be fed first. */
// @ts-ignore: decorator
@inline
function advance(index: u32, input: usize): bool {
  const row = load<u32>(input, ROW) + 1
  store<u32>(input, row, ROW)
  if (row < load<u32>(input, ROWS)) {
    look(input)
  } else if (load<u32>(input, ENDED)) {
    store<u32>(input, EXHAUSTED, STATE)
  } else {
    store<u32>(input, WANTING, STATE)
    wantingCount++
    return false
  }
  replay(index)
  return true
}

// @ts-ignore: decorator
@inline
function inputAt(index: u32): usize {
  return inputs + <usize>index * INPUT_BYTES
}

// @ts-ignore: decorator
@inline
function look(input: usize): void {
  const row = <usize>load<u32>(input, ROW)
  const offsets = <usize>load<u32>(input, OFFSETS_AT) + (row << 2)
  const begin = load<u32>(offsets)
  const length = load<u32>(offsets, 4) - begin
  const start = load<u32>(input, BYTES_AT) + begin
  store<u32>(input, start, START)
  store<u32>(input, length, LENGTH)
  store<f64>(input, load<f64>(<usize>load<u32>(input, COUNTS_AT) + (row << 3)), COUNT)
  const key = bswap<u64>(load<u64>(<usize>start))
  store<u64>(input, length >= 8 ? key : length ? key & (~0 << (<u64>(8 - length) << 3)) : 0, PREFIX)
}

/** An input that was wanting has a row, or none for good. */
function settle(index: u32): void {
  wantingCount--
  if (isBuilt) replay(index)
  else if (wantingCount == 0) build()
}

/** Plays all matches once: each leaf climbs until it meets an empty node, where it waits for its opponent. */
function build(): void {
  isBuilt = true
  for (let node: u32 = 0; node < inputCount; node++) setLoser(node, NOBODY)
  for (let leaf: u32 = 0; leaf < inputCount; leaf++) climb(leaf)
}

function climb(leaf: u32): void {
  let winner = leaf
  for (let node = (leaf + inputCount) >> 1; node > 0; node >>= 1) {
    const other = loser(node)
    if (other == NOBODY) return setLoser(node, winner)
    if (precedes(other, winner)) {
      setLoser(node, winner)
      winner = other
    }
  }
  setLoser(0, winner)
}

function replay(leaf: u32): void {
  let winner = leaf
  for (let node = (leaf + inputCount) >> 1; node > 0; node >>= 1) {
    const other = loser(node)
    if (!precedes(other, winner)) continue
    setLoser(node, winner)
    winner = other
  }
  setLoser(0, winner)
}

// @ts-ignore: decorator
@inline
function loser(node: u32): u32 {
  return load<u32>(DYNAMIC + (<usize>node << 2))
}

// @ts-ignore: decorator
@inline
function setLoser(node: u32, index: u32): void {
  store<u32>(DYNAMIC + (<usize>node << 2), index)
}

function precedes(indexA: u32, indexB: u32): bool {
  const a = inputAt(indexA)
  const b = inputAt(indexB)
  if (load<u32>(a, STATE) == EXHAUSTED || load<u32>(b, STATE) == EXHAUSTED) return load<u32>(a, STATE) != EXHAUSTED
  if (isByCount) {
    const countA = load<f64>(a, COUNT)
    const countB = load<f64>(b, COUNT)
    if (countA != countB) return countA > countB
  }
  const prefixA = load<u64>(a, PREFIX)
  const prefixB = load<u64>(b, PREFIX)
  return prefixA != prefixB ? prefixA < prefixB : restPrecedes(a, b)
}

/** Of words whose first 8 bytes are the same. */
function restPrecedes(a: usize, b: usize): bool {
  const lengthA = load<u32>(a, LENGTH)
  const lengthB = load<u32>(b, LENGTH)
  const wordA = <usize>load<u32>(a, START)
  const wordB = <usize>load<u32>(b, START)
  const shared = min<u32>(lengthA, lengthB)
  let i: u32 = 8
  for (; i + 8 <= shared; i += 8) {
    const keyA = bswap<u64>(load<u64>(wordA + <usize>i))
    const keyB = bswap<u64>(load<u64>(wordB + <usize>i))
    if (keyA != keyB) return keyA < keyB
  }
  for (; i < shared; i++) {
    const byteA = load<u8>(wordA + <usize>i)
    const byteB = load<u8>(wordB + <usize>i)
    if (byteA != byteB) return byteA < byteB
  }
  return lengthA < lengthB
}

/** Memory of an input grows by doubling; what it leaves behind is as much as it has, together. */
function enlarge(input: usize, needed: usize): bool {
  const before = <usize>load<u32>(input, MEMORY_BYTES)
  const at = <usize>load<u32>(input, MEMORY_AT)
  const size = (max<usize>(needed, before << 1) + 63) & ~63
  const isLast = before > 0 && at + before == top
  const start = isLast ? at : top
  if (!reach(start + size)) return false
  top = start + size
  store<u32>(input, <u32>start, MEMORY_AT)
  store<u32>(input, <u32>size, MEMORY_BYTES)
  return true
}

/** Makes the memory reach to `end`, and a little behind: words are read and written 16 bytes at a time. */
function reach(end: usize): bool {
  const missing = <i64>((<u64>end + 0x1000f) >> 16) - <i64>memory.size()
  return missing <= 0 || (missing <= 65535 && memory.grow(<i32>missing) >= 0)
}
