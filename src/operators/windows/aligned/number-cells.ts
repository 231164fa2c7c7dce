import type {PlainRows} from '../../../state/index.js'

/**
 * The numbers of one window by key, without an object for any of them. Keys are of one kind: IntCells, TextNumbers.
 *
 *   const cell = cells.find(key)
 *   if (cell < 0) cells.append(first) else cells.set(cell, next)
 *
 *   words   slot after slot of `wordsPerSlot`; the first of a slot is the place of its key in the order in which keys came, from 1 on, or 0
 */
export interface NumberCells<K = unknown> {
  /** Keys held. */
  readonly size: number
  /** The table: another one when it has grown, and the one before stays as it was. */
  readonly words: Int32Array
  readonly wordsPerSlot: number
  /** Whether keys of this kind can be here. */
  takes(key: unknown): key is K
  /** Where the number of the key is until the next `append`, or -1. Also its slot. */
  find(key: K): number
  get(cell: number): number
  set(cell: number, value: number): void
  /** The number of the key that was looked for last, and that was not here. */
  append(value: number): void
  /** All of it, in the order in which keys came; nothing is added meanwhile. */
  all(): Iterator<readonly [key: K, value: number], unknown>
  /** Puts down keys and numbers of slots. `words` are those of this table, of before it grew, or a copy. */
  write(words: Int32Array, slots: Int32Array, namespace: number, rows: PlainRows): void
}
