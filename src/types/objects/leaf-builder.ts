import type {MessageWriter} from '../wire/message-writer.js'

/** How a leaf's column is written: the first byte of its header. */
export const ENCODING_EMPTY = 0
export const ENCODING_I32 = 1
export const ENCODING_F64 = 2
export const ENCODING_BOOL = 3
export const ENCODING_LATIN1 = 4
export const ENCODING_UTF16 = 5
export const ENCODING_PACKED = 6

/** Gathers one leaf of like-shaped records. The generated encoder writes into its arrays. */
export interface LeafBuilder {
  /** Makes room for rows up to `neededRows`, of which `rowCount` are used. */
  reserve(rowCount: number, neededRows: number): void
  /** Called at the end of each `append`: what was kept by reference is copied now, because its owner may change it. */
  flush(): void
  byteLength(rowCount: number): number
  write(writer: MessageWriter, rowCount: number): void
  clear(): void
}
