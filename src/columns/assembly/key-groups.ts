import {javaHash} from './hash'
import {PILE_ENDS} from './layout'
import {HASH, LENGTH, entryAt, wordOf} from './table'

// Rows whose key groups are near each other, beside each other: what is then dealt to the subtasks of a hash exchange goes there in runs.

/** Piles of neighbouring key groups. More of them would spread the reading of the entries over more places at once. */
export const KEY_GROUP_PILES: u32 = 16

/**
 * Sorts entry numbers by the pile of their key group; within a pile they stay as they were. Each entry's hash becomes Java's hash
 * of its word, so nothing can be found in the table any more. `scratch` has 4 bytes a row.
 */
export function sortByKeyGroup(scratch: usize, ids: usize, rowCount: u32, keyGroups: u32): void {
  const places = PILE_ENDS
  memory.fill(places, 0, <usize>KEY_GROUP_PILES << 2)
  memory.copy(scratch, ids, <usize>rowCount << 2)
  for (let at = scratch, end = scratch + (<usize>rowCount << 2); at < end; at += 4) {
    const entry = entryAt(load<u32>(at))
    const hash = javaHash(wordOf(entry), load<u32>(entry, LENGTH))
    store<u32>(entry, hash, HASH)
    const place = placeOf(places, hash, keyGroups)
    store<u32>(place, load<u32>(place) + 1)
  }
  toStarts(places)
  for (let at = scratch, end = scratch + (<usize>rowCount << 2); at < end; at += 4) {
    const number = load<u32>(at)
    const place = placeOf(places, load<u32>(entryAt(number), HASH), keyGroups)
    const row = load<u32>(place)
    store<u32>(place, row + 1)
    store<u32>(ids + (<usize>row << 2), number)
  }
}

/** Where a pile's rows end. */
export function pileEnd(pile: u32): u32 {
  return load<u32>(PILE_ENDS + (<usize>pile << 2))
}

/** How many rows each pile has becomes where each begins. */
function toStarts(places: usize): void {
  let start: u32 = 0
  for (let pile: u32 = 0; pile < KEY_GROUP_PILES; pile++) {
    const place = places + (<usize>pile << 2)
    const size = load<u32>(place)
    store<u32>(place, start)
    start += size
  }
}

// @ts-ignore: decorator
@inline
function placeOf(places: usize, javaHash: u32, keyGroups: u32): usize {
  const group = murmur(javaHash) % keyGroups
  return places + (<usize>((group * KEY_GROUP_PILES) / keyGroups) << 2)
}

/** Flink's MathUtils.murmurHash, as in src/core/key-groups.ts. */
// @ts-ignore: decorator
@inline
function murmur(code: u32): u32 {
  let mixed = rotl<u32>(code * 0xcc9e2d51, 15) * 0x1b873593
  mixed = (rotl<u32>(mixed, 13) * 5 + 0xe6546b64) ^ 4
  mixed = (mixed ^ (mixed >> 16)) * 0x85ebca6b
  mixed = (mixed ^ (mixed >> 13)) * 0xc2b2ae35
  mixed ^= mixed >> 16
  if (<i32>mixed >= 0) return mixed
  return mixed == 0x80000000 ? 0 : 0 - mixed
}
