import {HASHES} from './layout'
import {COUNT, LENGTH, entryAt, wordOf} from './table'

// Sorting of entry numbers, in place: `keys` (u64) and `ids` (u32) move together. A key is 8 bytes of the word, big-endian
// and zero padded, so that comparing numbers compares bytes; what is equal in its first 8 bytes is sorted by the next 8.

const SMALL_COUNTS: u32 = 256
const INSERTION_ROWS: i32 = 24
const DEPTH_MAX: u32 = 4

let keys: usize = 0
let ids: usize = 0

/** Bytes ascending, unsigned; a prefix comes before what it begins. */
export function sortByWord(keysAt: usize, idsAt: usize, rowCount: u32): void {
  keys = keysAt
  ids = idsAt
  sortWords(0, <i32>rowCount, 0)
}

/** Count descending, then bytes ascending. Small counts, which most words have, are dealt into piles first. */
export function sortByCount(keysAt: usize, idsAt: usize, rowCount: u32): void {
  keys = keysAt
  ids = idsAt
  const ends = HASHES
  memory.fill(ends, 0, <usize>(SMALL_COUNTS + 1) << 2)
  for (let i: u32 = 0; i < rowCount; i++) {
    const pile = pileOf(i)
    store<u32>(pile, load<u32>(pile) + 1)
  }
  let end: u32 = 0
  for (let count = <i32>SMALL_COUNTS; count >= 0; count--) {
    const pile = ends + (<usize>count << 2)
    const size = load<u32>(pile)
    store<u32>(pile, end)
    end += size
  }
  // The keys' memory holds the numbers as they were while they are dealt out.
  memory.copy(keys, ids, <usize>rowCount << 2)
  for (let i: u32 = 0; i < rowCount; i++) {
    const number = load<u32>(keys + (<usize>i << 2))
    const pile = pileOfCount(load<u64>(entryAt(number), COUNT))
    const place = load<u32>(pile)
    store<u32>(pile, place + 1)
    store<u32>(ids + (<usize>place << 2), number)
  }
  let start: i32 = 0
  for (let count = <i32>SMALL_COUNTS; count >= 0; count--) {
    const pileEnd = <i32>load<u32>(ends + (<usize>count << 2))
    if (count == <i32>SMALL_COUNTS) sortLargeCounts(start, pileEnd)
    else sortWords(start, pileEnd, 0)
    start = pileEnd
  }
}

// @ts-ignore: decorator
@inline
function pileOf(i: u32): usize {
  return pileOfCount(load<u64>(entryAt(idAt(<i32>i)), COUNT))
}

// @ts-ignore: decorator
@inline
function pileOfCount(count: u64): usize {
  return HASHES + (<usize>min<u64>(count, <u64>SMALL_COUNTS) << 2)
}

function sortLargeCounts(start: i32, end: i32): void {
  for (let i = start; i < end; i++) setKey(i, ~load<u64>(entryAt(idAt(i)), COUNT))
  sortKeys(start, end)
  for (let i = start; i < end; ) {
    const runEnd = endOfRun(i, end)
    sortWords(i, runEnd, 0)
    i = runEnd
  }
}

/** Sorts words that are equal in their first 8 * depth bytes. */
function sortWords(start: i32, end: i32, depth: u32): void {
  if (end - start < 2) return
  if (end - start <= INSERTION_ROWS) return insertionSortWords(start, end, depth)
  if (depth == DEPTH_MAX) return heapSortWords(start, end)
  for (let i = start; i < end; i++) setKey(i, keyOf(idAt(i), depth))
  sortKeys(start, end)
  for (let i = start; i < end; ) {
    const runEnd = endOfRun(i, end)
    sortWords(i, runEnd, depth + 1)
    i = runEnd
  }
}

function keyOf(number: u32, depth: u32): u64 {
  const entry = entryAt(number)
  const length = load<u32>(entry, LENGTH)
  const offset = depth << 3
  if (offset >= length) return 0
  const key = bswap<u64>(load<u64>(wordOf(entry) + <usize>offset))
  const rest = length - offset
  return rest >= 8 ? key : key & (~0 << (<u64>(8 - rest) << 3))
}

function endOfRun(start: i32, end: i32): i32 {
  const key = keyAt(start)
  let i = start + 1
  while (i < end && keyAt(i) == key) i++
  return i
}

function sortKeys(start: i32, end: i32): void {
  quickSort(start, end, (32 - clz<i32>(end - start + 1)) << 1)
}

function quickSort(start: i32, end: i32, depthLeft: i32): void {
  while (end - start > INSERTION_ROWS) {
    if (depthLeft-- == 0) return heapSortKeys(start, end)
    const middle = partition(start, end)
    // The smaller side recurses, so the stack stays shallow.
    if (middle - start < end - middle) {
      quickSort(start, middle, depthLeft)
      start = middle
    } else {
      quickSort(middle, end, depthLeft)
      end = middle
    }
  }
  insertionSortKeys(start, end)
}

/** Hoare's partition; answers where the second part begins, which is inside (start, end). */
function partition(start: i32, end: i32): i32 {
  const pivot = median(keyAt(start), keyAt(start + ((end - start) >> 1)), keyAt(end - 1))
  let i = start
  let j = end - 1
  while (true) {
    while (keyAt(i) < pivot) i++
    while (keyAt(j) > pivot) j--
    if (i >= j) return i > start ? i : i + 1
    swap(i++, j--)
  }
}

// @ts-ignore: decorator
@inline
function median(a: u64, b: u64, c: u64): u64 {
  return max<u64>(min<u64>(a, b), min<u64>(max<u64>(a, b), c))
}

function insertionSortKeys(start: i32, end: i32): void {
  for (let i = start + 1; i < end; i++) {
    const key = keyAt(i)
    const id = idAt(i)
    let j = i - 1
    while (j >= start && keyAt(j) > key) {
      setKey(j + 1, keyAt(j))
      setId(j + 1, idAt(j))
      j--
    }
    setKey(j + 1, key)
    setId(j + 1, id)
  }
}

function heapSortKeys(start: i32, end: i32): void {
  const size = end - start
  for (let i = (size >> 1) - 1; i >= 0; i--) siftKeys(start, i, size)
  for (let last = size - 1; last > 0; last--) {
    swap(start, start + last)
    siftKeys(start, 0, last)
  }
}

function siftKeys(start: i32, root: i32, size: i32): void {
  for (let child = root * 2 + 1; child < size; child = root * 2 + 1) {
    if (child + 1 < size && keyAt(start + child) < keyAt(start + child + 1)) child++
    if (keyAt(start + root) >= keyAt(start + child)) return
    swap(start + root, start + child)
    root = child
  }
}

function insertionSortWords(start: i32, end: i32, depth: u32): void {
  for (let i = start + 1; i < end; i++) {
    const id = idAt(i)
    let j = i - 1
    while (j >= start && isGreater(idAt(j), id, depth << 3)) {
      setId(j + 1, idAt(j))
      j--
    }
    setId(j + 1, id)
  }
}

/** For words with long equal beginnings: comparing whole words bounds the depth, a heap bounds the time. */
function heapSortWords(start: i32, end: i32): void {
  const size = end - start
  for (let i = (size >> 1) - 1; i >= 0; i--) siftWords(start, i, size)
  for (let last = size - 1; last > 0; last--) {
    swapIds(start, start + last)
    siftWords(start, 0, last)
  }
}

function siftWords(start: i32, root: i32, size: i32): void {
  const skip = DEPTH_MAX << 3
  for (let child = root * 2 + 1; child < size; child = root * 2 + 1) {
    if (child + 1 < size && isGreater(idAt(start + child + 1), idAt(start + child), skip)) child++
    if (!isGreater(idAt(start + child), idAt(start + root), skip)) return
    swapIds(start + root, start + child)
    root = child
  }
}

/** Whether word a comes after word b; their first `skip` bytes are known to be equal. */
function isGreater(a: u32, b: u32, skip: u32): bool {
  const entryA = entryAt(a)
  const entryB = entryAt(b)
  const lengthA = load<u32>(entryA, LENGTH)
  const lengthB = load<u32>(entryB, LENGTH)
  const wordA = wordOf(entryA)
  const wordB = wordOf(entryB)
  const shared = min<u32>(lengthA, lengthB)
  let i = skip
  for (; i + 8 <= shared; i += 8) {
    const keyA = bswap<u64>(load<u64>(wordA + <usize>i))
    const keyB = bswap<u64>(load<u64>(wordB + <usize>i))
    if (keyA != keyB) return keyA > keyB
  }
  for (; i < shared; i++) {
    const byteA = load<u8>(wordA + <usize>i)
    const byteB = load<u8>(wordB + <usize>i)
    if (byteA != byteB) return byteA > byteB
  }
  return lengthA > lengthB
}

// @ts-ignore: decorator
@inline
function keyAt(i: i32): u64 {
  return load<u64>(keys + (<usize>i << 3))
}

// @ts-ignore: decorator
@inline
function setKey(i: i32, key: u64): void {
  store<u64>(keys + (<usize>i << 3), key)
}

// @ts-ignore: decorator
@inline
function idAt(i: i32): u32 {
  return load<u32>(ids + (<usize>i << 2))
}

// @ts-ignore: decorator
@inline
function setId(i: i32, id: u32): void {
  store<u32>(ids + (<usize>i << 2), id)
}

// @ts-ignore: decorator
@inline
function swapIds(i: i32, j: i32): void {
  const id = idAt(i)
  setId(i, idAt(j))
  setId(j, id)
}

// @ts-ignore: decorator
@inline
function swap(i: i32, j: i32): void {
  const key = keyAt(i)
  setKey(i, keyAt(j))
  setKey(j, key)
  swapIds(i, j)
}
