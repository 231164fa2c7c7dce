// Where things lie in the linear memory of one instance. src/columns/kernel-layout.ts has the same figures for the other side.
//
//   0x00800  MASKS       16 x ff, 16 x 00: a load at MASKS + 16 - n keeps the first n bytes
//   0x00840  POWERS      u32 31^15 .. 31^0, then zeros
//   0x00900  DIGITS      "00" .. "99"
//   0x00a00  PILE_ENDS   u32, of the rows of each pile of key groups
//   0x01000  BLOCK       text that is being counted, lower-cased in place
//   0x05080  BORDERS     u16 start, end of each word of the block
//   0x0d200  HASHES      u32, of the words of one group
//   0x0da00  CANDIDATES  u32 entry number + 1 of the words of one group, 0 where the index has none
//   0x10000  OFFSETS     i32  \
//   0x12010  VALUES      f64   | rows on their way in (addRows) or out (readRows, tokens)
//   0x16010  KEY_HASHES  i32   |
//   0x18020  ROW_BYTES        /
//   0x20000  DYNAMIC     entries, arena, index: see table.ts
// Nothing lies below 1024: the optimizer moves smaller constants of an address into the load, where a negative rest would trap.

export const MASKS: usize = 0x800
export const POWERS: usize = 0x840
export const DIGITS: usize = 0x900
export const PILE_ENDS: usize = 0xa00
export const BLOCK: usize = 0x1000
export const BORDERS: usize = 0x5080
export const HASHES: usize = 0xd200
export const CANDIDATES: usize = 0xda00
export const GROUP_WORDS: i32 = 512
export const OFFSETS: usize = 0x10000
export const VALUES: usize = 0x12010
export const KEY_HASHES: usize = 0x16010
export const ROW_BYTES: usize = 0x18020
export const ROW_BYTES_CAPACITY: i32 = 0x7e00
export const DYNAMIC: usize = 0x20000

/** Fills the constant tables; called once for each instance. */
export function fillConstants(): void {
  memory.fill(MASKS, 0xff, 16)
  memory.fill(MASKS + 16, 0, 16)
  let power: u32 = 1
  for (let i = 15; i >= 0; i--) {
    store<u32>(POWERS + (<usize>i << 2), power)
    power *= 31
  }
  memory.fill(POWERS + 64, 0, 64)
  for (let i = 0; i < 100; i++) {
    store<u8>(DIGITS + (<usize>i << 1), <u8>(0x30 + i / 10))
    store<u8>(DIGITS + (<usize>i << 1) + 1, <u8>(0x30 + i % 10))
  }
}
