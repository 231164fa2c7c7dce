import {hashWord, longEquals, word16} from './hash'
import {DYNAMIC} from './layout'

// Distinct byte strings with a count each.
//
//   DYNAMIC  entries (dense, in order of arrival)  |  arena (words over 16 bytes)  |  index (8 bytes reserved for a slot)
//
// entry, 32 bytes    0  the word, zero padded; over 16 bytes: its first 8, then u32 offset in the arena
//                   16  i64 count
//                   24  u32 length; bit 31 is set for a raw chunk, which is never equal to a word
//                   28  u32 hash
// slot, 4 bytes      low bits (slotMask)  entry number + 1; 0 where empty
//                    high bits            those of the hash that its place in the index does not tell
//
// The index takes the first half of its part; sorting needs the rest as well (see sort.ts), and only then is it touched.
// Growing moves arena and index up inside the same memory, so no copy of the whole table ever exists.
// Entry numbers and entry addresses never change.

export const ENTRY_BYTES: usize = 32
export const COUNT: usize = 16
export const LENGTH: usize = 24
export const HASH: usize = 28
export const RAW: u32 = 0x80000000

const FIRST_SLOTS: u32 = 1024
const FIRST_ARENA: u64 = 8192
const PAGE: u64 = 65536

export let entryCount: u32 = 0
export let rawCount: u32 = 0
export let index: usize = 0
export let slotMask: u32 = 0
export let arena: usize = 0
let limit: u64 = 0
let entryCapacity: u32 = 0
let arenaCapacity: u64 = 0
let arenaUsed: u64 = 0

export function setLimit(bytes: f64): void {
  limit = <u64>min<f64>(bytes, 4294901760.0)
}

export function getEntryCount(): u32 {
  return entryCount
}

export function getRawCount(): u32 {
  return rawCount
}

export function countRaw(): void {
  rawCount++
}

/** Empties the table; its parts keep their sizes. */
export function clearTable(): void {
  entryCount = 0
  rawCount = 0
  arenaUsed = 0
  memory.fill(index, 0, (<usize>slotMask + 1) << 2)
}

/** Empties the table and deals its memory out anew. */
export function resetTable(): void {
  entryCount = 0
  rawCount = 0
  arenaUsed = 0
  slotMask = 0
  entryCapacity = 0
  arenaCapacity = 0
  arena = DYNAMIC
  layOut(entriesFor(FIRST_SLOTS), FIRST_SLOTS, FIRST_ARENA)
}

// @ts-ignore: decorator
@inline
export function entryAt(number: u32): usize {
  return DYNAMIC + <usize>number * ENTRY_BYTES
}

/** Where the bytes of an entry's word are. */
// @ts-ignore: decorator
@inline
export function wordOf(entry: usize): usize {
  return (load<u32>(entry, LENGTH) & ~RAW) <= 16 ? entry : arena + <usize>load<u32>(entry, 8)
}

// @ts-ignore: decorator
@inline
export function sameWord(entry: usize, at: usize, length: u32, lengthField: u32): bool {
  if (load<u32>(entry, LENGTH) != lengthField) return false
  if (length <= 16) return !v128.any_true(v128.xor(v128.load(entry), word16(at, length)))
  return longEquals(arena + <usize>load<u32>(entry, 8), at, length)
}

/** The entry of a word, added with count 0 where it is new; 0 when the limit leaves no room. */
export function findOrAdd(at: usize, length: u32, lengthField: u32, hash: u32): usize {
  const found = find(at, length, lengthField, hash)
  if (found) return found
  if (length > 16 && !makeArenaRoom(length)) return 0
  return add(at, length, lengthField, hash, true)
}

/** The entry of a word, 0 where there is none. */
export function find(at: usize, length: u32, lengthField: u32, hash: u32): usize {
  let slot = hash & slotMask
  let found = load<u32>(index + (<usize>slot << 2))
  while (found) {
    if ((found ^ hash) <= slotMask) {
      const entry = entryAt((found & slotMask) - 1)
      if (sameWord(entry, at, length, lengthField)) return entry
    }
    slot = (slot + 1) & slotMask
    found = load<u32>(index + (<usize>slot << 2))
  }
  return 0
}

/** Where a word of more than 16 bytes may be written before `addLong`; 0 when the limit leaves no room. */
export function reserveLong(length: u32): usize {
  if (!makeArenaRoom(length)) return 0
  return arena + <usize>arenaUsed
}

/** The entry of the long word that was written where `reserveLong` said. */
export function findOrAddReserved(length: u32, lengthField: u32): usize {
  const at = arena + <usize>arenaUsed
  const hash = hashWord(at, length)
  const found = find(at, length, lengthField, hash)
  return found ? found : add(at, length, lengthField, hash, false)
}

/** Takes bytes of the arena that are not a word's (the memo of the tokenizer); answers their offset. */
export function takeArena(bytes: u32): u32 {
  const offset = <u32>arenaUsed
  arenaUsed += <u64>bytes
  return offset
}

function add(at: usize, length: u32, lengthField: u32, hash: u32, copy: bool): usize {
  const offset = <u32>arenaUsed
  // A word that is in the arena already must move with it when the entries grow.
  if (!copy) arenaUsed += <u64>length
  if (entryCount == entryCapacity && !growEntries()) {
    arenaUsed = <u64>offset
    return 0
  }
  const entry = entryAt(entryCount)
  if (length <= 16) {
    v128.store(entry, word16(at, length))
  } else {
    const place = arena + <usize>offset
    if (copy) memory.copy(place, at, <usize>length)
    arenaUsed = <u64>offset + <u64>length
    store<u64>(entry, load<u64>(place))
    store<u32>(entry, offset, 8)
    store<u32>(entry, 0, 12)
  }
  store<u64>(entry, 0, COUNT)
  store<u32>(entry, lengthField, LENGTH)
  store<u32>(entry, hash, HASH)
  link(++entryCount, hash)
  return entry
}

// @ts-ignore: decorator
@inline
function link(number: u32, hash: u32): void {
  let slot = hash & slotMask
  while (load<u32>(index + (<usize>slot << 2))) slot = (slot + 1) & slotMask
  store<u32>(index + (<usize>slot << 2), (hash & ~slotMask) | number)
}

/** At most 5/8 full: 12 bytes of sort scratch an entry then fit into the index. */
function entriesFor(slots: u32): u32 {
  return (slots >> 3) * 5
}

function growEntries(): bool {
  const slots = slotMask + 1
  return growEntriesWith(slots) || growEntriesWith(slots << 1)
}

/** Doubles the entries; near the limit, takes three quarters of what is left and leaves the rest to the arena. */
function growEntriesWith(slots: u32): bool {
  const wanted = min<u32>(entriesFor(slots), entryCapacity << 1)
  if (wanted <= entryCapacity) return false
  if (layOut(wanted, slots, arenaCapacity)) return true
  const fixed = <u64>DYNAMIC + arenaCapacity + (<u64>slots << 3) + PAGE
  if (fixed >= limit) return false
  const fitting = min<u64>((limit - fixed) >> 5, <u64>wanted)
  const least = <u64>entryCapacity + max<u64>(<u64>entryCapacity >> 4, 16)
  if (fitting < least) return false
  const middle = <u64>entryCapacity + (((fitting - <u64>entryCapacity) * 3) >> 2)
  return layOut(<u32>max<u64>(least, middle), slots, arenaCapacity)
}

export function makeArenaRoom(bytes: u32): bool {
  // 16 bytes behind the last word may be read with it.
  const needed = arenaUsed + <u64>bytes + 16
  if (needed <= arenaCapacity) return true
  const slots = slotMask + 1
  // Few words are long, so the arena is a small part; a step that is large beside it saves moving the index often.
  if (layOut(entryCapacity, slots, max<u64>(needed, max<u64>(arenaCapacity << 1, <u64>entryCapacity << 1)))) return true
  if (layOut(entryCapacity, slots, max<u64>(needed, arenaCapacity << 1))) return true
  const fixed = <u64>DYNAMIC + (<u64>entryCapacity << 5) + (<u64>slots << 3) + PAGE
  if (fixed + needed > limit) return false
  return layOut(entryCapacity, slots, needed + ((limit - fixed - needed) >> 1))
}

/** Gives the three parts these sizes, all at least as large as they are; false when the limit or the system says no. */
function layOut(entries: u32, slots: u32, arenaBytes: u64): bool {
  const arenaSize = (arenaBytes + 63) & ~63
  const arenaStart = <u64>DYNAMIC + (<u64>entries << 5)
  const indexStart = (arenaStart + arenaSize + 63) & ~63
  const pages = (indexStart + (<u64>slots << 3) + PAGE - 1) >> 16
  if (pages << 16 > limit) return false
  const used = <u64>memory.size() << 16
  const missing = <i64>pages - <i64>memory.size()
  if (missing > 0 && memory.grow(<i32>missing) < 0) return false
  const isSameIndex = slots == slotMask + 1
  // Parts only move up, so the upper one goes first.
  if (isSameIndex) memory.copy(<usize>indexStart, index, <usize>slots << 2)
  memory.copy(<usize>arenaStart, arena, <usize>arenaUsed)
  arena = <usize>arenaStart
  index = <usize>indexStart
  arenaCapacity = arenaSize
  entryCapacity = entries
  slotMask = slots - 1
  if (!isSameIndex) linkAll(used)
  return true
}

/** Builds the index anew. What lies behind `used` has never been touched and is zero. */
function linkAll(used: u64): void {
  const slotsEnd = <u64>index + ((<u64>slotMask + 1) << 2)
  if (used > <u64>index) memory.fill(index, 0, <usize>(min<u64>(used, slotsEnd) - <u64>index))
  for (let number: u32 = 0; number < entryCount; number++) link(number + 1, load<u32>(entryAt(number), HASH))
}
