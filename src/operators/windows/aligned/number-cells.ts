/**
 * The numbers of one window by key, without an object for any of them. Keys are of one kind: IntCells, TextNumbers.
 *
 *   const cell = cells.find(key)
 *   if (cell < 0) cells.append(first) else cells.set(cell, next)
 */
export interface NumberCells<K = unknown> {
  /** Keys held. */
  readonly size: number
  /** Whether keys of this kind can be here. */
  takes(key: unknown): key is K
  /** Where the number of the key is until the next `append`, or -1. */
  find(key: K): number
  get(cell: number): number
  set(cell: number, value: number): void
  /** The number of the key that was looked for last, and that was not here. */
  append(value: number): void
  /** All of it, in the order in which keys came; nothing is added meanwhile, or after. */
  take(): Iterator<readonly [key: K, value: number], unknown>
}
