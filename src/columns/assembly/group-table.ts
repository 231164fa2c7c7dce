// Groups by a key of bytes, and the numbers that are added up for each: what the kernels csv-groups.ts and json-groups.ts have in common.
//
// Memory  0x0600 the record's numbers: f64 a slot; 0x0680 whether there is one: u8 a slot
//         from the base on: the index (u32 a slot, group + 1), the groups, the keys' bytes, each padded with zeros to 8, and room for one key
//
// Group   u32 hash, u32 key length, u32 key address, u32 0, f64 records, then of each slot f64 count, sum, least, greatest

const NUMBERS: usize = 0x600
const PRESENT: usize = 0x680
const INDEX_SLOTS: u32 = 0x8000
const GROUPS_MAX: u32 = 0x4000
const KEY_BYTES: usize = 0x100000
export const SLOTS_MAX: u32 = 8

let index: usize = 0
let groups: usize = 0
let slots: u32 = 0
let groupBytes: usize = 0
let keysStart: usize = 0
let keysAt: usize = 0
let groupCount: u32 = 0

/** `scratchBytes`: room behind the keys for one that is not in the text as it is. Answers whether there is memory. */
export function beginGroups(base: usize, slotCount: u32, scratchBytes: usize): bool {
  index = base
  groups = base + 4 * <usize>INDEX_SLOTS
  slots = slotCount
  groupBytes = 24 + 32 * <usize>slots
  keysStart = groups + groupBytes * <usize>GROUPS_MAX
  const pages = <i32>((keysStart + KEY_BYTES + scratchBytes + 0xffff) >> 16) - memory.size()
  if (pages > 0 && memory.grow(pages) < 0) return false
  clear()
  return true
}

export function clear(): void {
  memory.fill(index, 0, 4 * <usize>INDEX_SLOTS)
  keysAt = keysStart
  groupCount = 0
}

export function getGroupCount(): u32 {
  return groupCount
}

export function groupAt(group: u32): usize {
  return groups + groupBytes * <usize>group
}

// @ts-ignore: decorator
@inline
export function scratchKey(): usize {
  return keysStart + KEY_BYTES
}

/** The record in hand has a number for the slot. */
// @ts-ignore: decorator
@inline
export function setNumber(slot: u8, value: f64): void {
  store<u8>(PRESENT + <usize>slot, 1)
  store<f64>(NUMBERS + 8 * <usize>slot, value)
}

/** The record in hand has no value for the slot. */
// @ts-ignore: decorator
@inline
export function setAbsent(slot: u8): void {
  store<u8>(PRESENT + <usize>slot, 0)
}

/** The record in hand is added to its group. */
// @ts-ignore: decorator
@inline
export function addToGroup(group: usize): void {
  store<f64>(group, load<f64>(group, 16) + 1, 16)
  let sums = group + 24
  for (let slot: usize = 0; slot < <usize>slots; slot++, sums += 32) {
    if (load<u8>(PRESENT + slot) == 0) continue
    const value = load<f64>(NUMBERS + 8 * slot)
    store<f64>(sums, load<f64>(sums) + 1)
    store<f64>(sums, load<f64>(sums, 8) + value, 8)
    // Not by comparing: 0 and -0 would leave whichever came first.
    store<f64>(sums, min<f64>(load<f64>(sums, 16), value), 16)
    store<f64>(sums, max<f64>(load<f64>(sums, 24), value), 24)
  }
}

/** The group of a key, made if it is new; 0 if there is no room for it. 8 bytes behind the key can be read. */
// @ts-ignore: decorator
@inline
export function findGroup(key: usize, length: usize): usize {
  let mixed: u64 = <u64>length * 0x9e3779b97f4a7c15
  for (let i: usize = 0; i < length; i += 8) {
    mixed = (mixed ^ word(key + i, length - i)) * 0xd6e8feb86659fd93
    mixed ^= mixed >> 32
  }
  const hash = <u32>mixed
  let slot = hash & (INDEX_SLOTS - 1)
  let found = load<u32>(index + 4 * <usize>slot)
  while (found != 0) {
    const group = groupAt(found - 1)
    if (load<u32>(group) == hash && load<u32>(group, 4) == <u32>length && isKey(key, length, group)) return group
    slot = (slot + 1) & (INDEX_SLOTS - 1)
    found = load<u32>(index + 4 * <usize>slot)
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
  store<u32>(index + 4 * <usize>slot, ++groupCount)
  return group
}
