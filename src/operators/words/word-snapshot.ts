import {
  type ColumnBatch,
  copyWordRows,
  type FrozenWords,
  RowBuilder,
  WORD_COUNT_SCHEMA,
  type WordRows,
} from '../../columns/index.js'
import {
  assert,
  FtsError,
  javaStringHashUtf8,
  type KeyedStateHandle,
  keyGroupForHash,
  keyGroupRangeOf,
  type RestoredOperatorState,
} from '../../core/index.js'
import {createBatchDeserializer, createBatchSerializer} from '../../types/index.js'
import type {OperatorContext} from '../operator.js'
import {WordRowsReader} from '../rows/word-rows-reader.js'
import type {KeyedSnapshot} from '../snapshots.js'
import type {BudgetedTable} from './budgeted-table.js'

/** Name of the format; see the README. */
export const WORD_COUNTS_FORMAT = 'fts-word-counts-1'
const MAGIC = 'FTSWORDS'
const VERSION = 1
const HEADER_BYTES = 16

/** The counts of a table, which counts on: they are copied, words are read while the snapshot is written. */
export function snapshotWords(table: BudgetedTable, context: OperatorContext): KeyedSnapshot {
  const words = table.freeze()
  return {
    ...wordCountsOf(context),
    previous: [],
    pieces: piecesOf(words),
    written: () => {},
    abandon: () => words.drop(),
  }
}

/** What all snapshots of counts of a subtask have in common. */
export function wordCountsOf(context: OperatorContext) {
  return {...rangeOf(context), format: WORD_COUNTS_FORMAT}
}

/** What a file of counts begins with. */
export function wordCountsHeader(): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  header.set(Buffer.from(MAGIC, 'latin1'))
  new DataView(header.buffer).setUint32(8, VERSION, true)
  return header
}

/** A message as it stands in a file of counts. */
export function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + message.length)
  new DataView(bytes.buffer).setUint32(0, message.length, true)
  bytes.set(message, 8)
  return bytes
}

/** The rows that snapshots hold for this subtask, batch by batch; each is the caller's own. */
export function* restoredWords(context: OperatorContext): Generator<WordRows, void> {
  const {restored, readStateFile} = context
  if (restored === undefined) return
  for (const handle of handlesOf(restored, context)) {
    for (const file of handle.files) {
      assert(readStateFile !== undefined, 'an operator with state to restore can read it')
      yield* rowsOf(readStateFile(file), file.path, handle, context)
    }
  }
}

function handlesOf({keyed}: RestoredOperatorState, {operatorName}: OperatorContext): readonly KeyedStateHandle[] {
  for (const {format} of keyed) {
    if (format === WORD_COUNTS_FORMAT) continue
    throw new FtsError(
      'user',
      'FTS_STATE_FORMAT',
      `the counts of ${operatorName} were stored as "${format}", but it reads "${WORD_COUNTS_FORMAT}"`,
      {operator: operatorName, format, expected: WORD_COUNTS_FORMAT},
      {tryThis: 'Restore with the version of fts that wrote it, or a newer one.'},
    )
  }
  return keyed
}

/** Each is valid until the next. */
function* piecesOf(words: FrozenWords): Generator<Uint8Array, void> {
  const serializer = createBatchSerializer()
  if (words.size > 0) yield wordCountsHeader()
  for (let rows = words.readRows(); rows !== undefined; rows = words.readRows()) {
    const {words: column, counts, rowCount} = rows
    const offsets = column.offsets.subarray(0, rowCount + 1)
    const columns = [{...column, offsets} as const, {type: 'f64', values: counts.subarray(0, rowCount)} as const]
    serializer.append({kind: 'columns', schema: WORD_COUNT_SCHEMA, rowCount, columns}, undefined, rowCount)
    yield framed(serializer.take())
  }
}

function* rowsOf(
  bytes: Uint8Array,
  path: string,
  handle: KeyedStateHandle,
  context: OperatorContext,
): Generator<WordRows, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1')
  if (bytes.length < HEADER_BYTES || magic !== MAGIC || view.getUint32(8, true) !== VERSION) throw otherFile(path)
  const reader = new WordRowsReader(context.operatorName)
  const deserializer = createBatchDeserializer()
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const end = at + 8 + view.getUint32(at, true)
    const batch = deserializer.read(bytes.subarray(at + 8, end))
    at = end
    yield ownRows(reader.read(batch as ColumnBatch), handle, context)
  }
}

/** A copy of the rows whose key groups belong to this subtask. */
function ownRows(rows: WordRows, handle: KeyedStateHandle, context: OperatorContext): WordRows {
  const {keyGroupStart, keyGroupEndInclusive} = rangeOf(context)
  if (handle.keyGroupStart >= keyGroupStart && handle.keyGroupEndInclusive <= keyGroupEndInclusive)
    return copyWordRows(rows, 0)
  const {bytes, offsets} = rows.words
  const own = new RowBuilder(rows.rowCount, offsets[rows.rowCount] - offsets[0] + 1)
  for (let row = 0; row < rows.rowCount; row++) {
    const [start, end] = [offsets[row], offsets[row + 1]]
    const keyGroup = keyGroupForHash(javaStringHashUtf8(bytes, start, end), context.maxParallelism)
    if (keyGroup >= keyGroupStart && keyGroup <= keyGroupEndInclusive)
      own.tryAppend(bytes, start, end, rows.counts[row])
  }
  return own.rows()
}

function rangeOf({subtaskIndex, parallelism, maxParallelism}: OperatorContext) {
  return keyGroupRangeOf(subtaskIndex, parallelism, maxParallelism)
}

function otherFile(path: string): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_FORMAT',
    `${path} holds no word counts of version ${VERSION}`,
    {path, expected: VERSION},
    {tryThis: 'Restore with the version of fts that wrote it, or a newer one, or from another checkpoint.'},
  )
}
