import type {KeyGroupRange} from '../core/index.js'

/**
 * What moves between operators: a batch, never a single record.
 *
 * A batch is **borrowed**: it is valid only until the call that received it returns, because its arrays may be views of
 * kernel memory or of a network segment. Whoever keeps rows for later copies them.
 */
export type Batch = BytesBatch | ColumnBatch | ObjectBatch

/**
 * A block of text as it came from the source. It ends where a record may end: at a line end or ASCII white space,
 * or at the end of the input, so that no word and no UTF-8 sequence is cut by the border of two blocks.
 */
export interface BytesBatch {
  readonly kind: 'bytes'
  readonly bytes: Uint8Array
  /** Number of records the block stands for (lines read, rows formatted). */
  readonly rowCount: number
  /** Where a source read the block; absent once it was formatted or exchanged, and for sources that have no use for it. */
  readonly origin?: BlockOrigin
}

/** The place of a block in its input, for readers of records: blocks of one split come in order and without a gap. */
export interface BlockOrigin {
  /** A path, `standard input`, `host:port`. */
  readonly input: string
  /** Offset of the block's first byte in the input, decompressed. */
  readonly startByte: number
  /** This block is the split's last; it may be empty. */
  readonly endsSplit: boolean
  /** What follows in the input belongs to another split. Only where `endsSplit`. */
  readonly isCut: boolean
}

/** Rows as columns. Every column has `rowCount` entries. */
export interface ColumnBatch {
  readonly kind: 'columns'
  readonly schema: Schema
  readonly rowCount: number
  readonly columns: readonly Column[]
  /** Event times in ms since the epoch; absent where the stream has none. */
  readonly timestamps?: Float64Array
  /** Java hash codes of the key column, where the producer has them at hand (see core `javaStringHash`). */
  readonly keyHashes?: Int32Array
  /** The key groups of all rows are within this range, of so many: where a producer that orders its rows knows it. */
  readonly keyGroups?: KeyGroupRange & {readonly maxParallelism: number}
}

/** Records in the JavaScript form in which user functions made them. */
export interface ObjectBatch {
  readonly kind: 'objects'
  readonly rowCount: number
  readonly values: readonly unknown[]
  readonly timestamps?: Float64Array
}

export type ColumnType = 'utf8' | 'f64' | 'i32' | 'bool'

export interface Field {
  readonly name: string
  readonly type: ColumnType
}

export interface Schema {
  readonly fields: readonly Field[]
}

export type Column = Utf8Column | Float64Column | Int32Column | BoolColumn

/** Row i is `bytes[offsets[i] .. offsets[i + 1])`, well-formed UTF-8; `offsets[0]` need not be 0. */
export interface Utf8Column {
  readonly type: 'utf8'
  readonly bytes: Uint8Array
  /** `rowCount + 1` entries. */
  readonly offsets: Int32Array
  readonly validity?: Uint8Array
}

export interface Float64Column {
  readonly type: 'f64'
  readonly values: Float64Array
  /** Bit i (least significant first) is 1 where row i has a value; absent: all have. */
  readonly validity?: Uint8Array
}

export interface Int32Column {
  readonly type: 'i32'
  readonly values: Int32Array
  readonly validity?: Uint8Array
}

/** One byte a row, 0 or 1. */
export interface BoolColumn {
  readonly type: 'bool'
  readonly values: Uint8Array
  readonly validity?: Uint8Array
}

/** The rows of a word count: a word and how often it came. Counts are exact up to 2^53. */
export const WORD_COUNT_SCHEMA: Schema = {
  fields: [
    {name: 'word', type: 'utf8'},
    {name: 'count', type: 'f64'},
  ],
}

/** The rows of a tokenizer: a word. */
export const WORD_SCHEMA: Schema = {fields: [{name: 'word', type: 'utf8'}]}
