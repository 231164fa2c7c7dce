/** Where a record lies: the number of its chunk, and its place there in units of 8 bytes. */
export type Ref = number

export const NO_RECORD: Ref = 0
/** The first record of all. */
export const FIRST_RECORD: Ref = 1

/** How a key lies in its record. */
export const LATIN1 = 0
export const UTF16 = 1
export const NUMBER = 2
export type KeyForm = typeof LATIN1 | typeof UTF16 | typeof NUMBER

/** In units of 4 bytes from the beginning of a record. */
export const STAMP = 0
export const HASH = 1
export const HEAD = 4
/** In units of 8 bytes. */
export const VALUE = 1
export const NUMBER_KEY = 3
/** In bytes. */
export const TEXT_KEY = 20

/**
 * Memory of records, three times the same.
 *
 *   record := stamp i32, hash i32, value f64, head i32 (units of the key × 4 + KeyForm), key, padding to a multiple of 8
 *   key    := latin1 u8 each · UTF-16 u16 each · 4 bytes of padding, f64
 */
export interface RecordChunk {
  readonly ints: Int32Array
  readonly doubles: Float64Array
  readonly bytes: Uint8Array
}

/** Bytes of a key that is a text. */
export function textBytes(head: number): number {
  return (head >>> 2) << (head & 1)
}

/** Of a record, in units of 8 bytes. */
export function sizeOf(head: number): number {
  return (head & 3) === NUMBER ? NUMBER_KEY + 1 : (TEXT_KEY + textBytes(head) + 7) >>> 3
}
