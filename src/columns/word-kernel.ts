import type {ColumnBatch, Utf8Column} from './batch.js'
import type {FrozenWords} from './frozen-words.js'
import type {SortedOrder} from './row-merger.js'
import type {WordRows} from './word-rows.js'

/** How rows of (word, count) are ordered: `count` is count descending, then the word's bytes ascending. */
export type WordOrder = 'count' | 'word' | 'none'

export type RowFormat = 'tsv' | 'csv' | 'json'

/**
 * The kernels of a word count over bytes: WebAssembly, or the TypeScript twin that gives the same answers.
 *
 * Words are those of `text.toLowerCase().split(/\s+/)` without the empty ones, where `text` is the input as the WHATWG UTF-8
 * decoder reads it. The context of a special lower-casing (final sigma) ends at ASCII white space.
 */
export interface WordKernel {
  readonly name: 'wasm' | 'typescript'
  newTable(limitBytes: number): WordTable
  newTokenizer(): WordTokenizer
  newMerger(order: SortedOrder, inputCount: number): WordMerger
  /** Formats rows as lines; the bytes are valid until the next call of this kernel. CSV and JSON are quoted as they must be. */
  formatRows(batch: ColumnBatch, format: RowFormat): Uint8Array
}

/**
 * Counts of distinct words, with a limit on its memory that it never passes (at least `WORD_TABLE_LIMIT_BYTES_MIN`).
 *
 * Errors   `user` `FTS_WORD_TOO_LONG` for a word that does not fit into the empty table.
 */
export interface WordTable {
  /** Distinct words held (raw chunks that are not yet normalised count as one each). */
  readonly size: number
  /** Bytes of memory held. */
  readonly memoryBytes: number
  readonly limitBytes: number
  setLimit(limitBytes: number): void
  /**
   * Memory of the table's own for the next text, at least this large and reused from call to call; it does not count as
   * `memoryBytes`. `countText` takes text from anywhere.
   */
  reserveInput(minBytes: number): Uint8Array
  /**
   * Counts the words of `text[from ..]`, which begins and ends at word borders. Answers the offset reached: less than
   * `text.length` when the table is full (raise the limit, or read it out and clear it, and go on from there).
   *
   * Chunks with bytes >= 0x80 are counted raw and normalised (decoded, lower-cased, split) once each, before reading.
   */
  countText(text: Uint8Array, from: number): number
  /**
   * Adds rows; answers how many of `[from, rowCount)` it took plus `from`: less than `rowCount` when full. With `running`,
   * `running[i]` becomes the count of row i's word after row i.
   */
  addRows(words: Utf8Column, counts: Float64Array, rowCount: number, from: number, running?: Float64Array): number
  /** What is counted now; copies the counts, some nanoseconds each. Of a table without raw chunks; to be read, or kept, before it is emptied. */
  freeze(): FrozenWords
  /**
   * Ends counting and starts reading, in this order. Normalises raw chunks first, which may pass the limit by what the
   * distinct raw chunks need. With `keyGroups` (a max parallelism) and order `none`, rows of neighbouring key groups come together, and
   * batches may say which: a hash exchange then finds whole batches that go to one subtask, which it copies as they are.
   */
  startReading(order: WordOrder, keyGroups?: number): void
  /** The next rows (WORD_COUNT_SCHEMA, with `keyHashes`), at most `maxRows` and perhaps fewer; undefined when all were read. Borrowed. */
  readRows(maxRows: number): ColumnBatch | undefined
  /** Since the last `clear`: words counted (the sum of all counts added; a raw chunk is one), and invalid UTF-8 sequences replaced by U+FFFD. Complete after `startReading`. */
  stats(): {readonly words: number; readonly invalidUtf8: number}
  /** Empties the table and keeps its memory for the next filling. */
  clear(): void
  /** Gives the memory back; the table is not used afterwards. */
  free(): void
}

/** Text to a column of words, one row a word in order (running counts need every word). */
export interface WordTokenizer {
  reserveInput(minBytes: number): Uint8Array
  /** Begins with a text that starts and ends at word borders. */
  start(text: Uint8Array): void
  /** The next words (WORD_SCHEMA, with `keyHashes`), at most `maxRows` and perhaps fewer; undefined at the text's end. Borrowed. */
  next(maxRows: number): ColumnBatch | undefined
  stats(): {readonly words: number; readonly invalidUtf8: number}
  free(): void
}

/** Sorted inputs of rows into one sorted output. Rows that are fed are copied. */
export interface WordMerger {
  /** An input that must be fed or ended before `next` can go on, or -1. */
  wanted(): number
  /** Errors: `invariant` if the input still has rows. */
  feed(input: number, rows: WordRows): void
  /** The input gets no more rows; those it has are still merged. */
  end(input: number): void
  /** All inputs have ended, and `next` has given all rows. */
  readonly isDone: boolean
  /** The next rows (WORD_COUNT_SCHEMA): a full batch, or the last one; undefined while an input is wanted, and in the end. Borrowed. */
  next(): ColumnBatch | undefined
}
