/** Where things lie in a kernel's memory, as assembly/layout.ts has them; see there for the whole map. */
export const BLOCK = 0x1000
export const BLOCK_BYTES = 0x4000
export const OFFSETS = 0x10000
export const VALUES = 0x12010
export const KEY_HASHES = 0x16010
export const ROW_BYTES = 0x18020
export const ROW_BYTES_CAPACITY = 0x7e00
export const DYNAMIC = 0x20000

/** Rows that OFFSETS, VALUES and KEY_HASHES have room for. */
export const ROWS_MAX = 2048

/** Piles of neighbouring key groups into which rows are put; see assembly/key-groups.ts. */
export const KEY_GROUP_PILES = 16
