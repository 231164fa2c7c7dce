import type {StreamIndex} from './snapshot-file.js'

/** Gathers the rows of one stream column by column, and gives them away in blocks. */
export interface SnapshotStream {
  /** Whether rows were taken over that no block has. */
  readonly hasRows: boolean
  readonly byteLength: number
  /** Copies the rows that were put down: what happens to their values afterwards does not matter. */
  takeOver(): void
  /** Adds the rows taken over to the piece, which begins at `offset` of the file. */
  writeBlock(offset: number): void
  index(): StreamIndex
  /** No more is written; others may use its buffers. */
  release(): void
}
