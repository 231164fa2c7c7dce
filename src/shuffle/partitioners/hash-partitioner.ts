import type {Batch, Column, ColumnBatch, ObjectBatch, Utf8Column} from '../../columns/index.js'
import {assert, javaStringHashUtf8, murmurHash, subtaskForKeyGroup} from '../../core/index.js'
import {RowDealer} from './row-dealer.js'
import type {DealRows, RowPartitioner} from './row-partitioner.js'

export interface HashPartitionerOptions {
  readonly subpartitionCount: number
  readonly maxParallelism: number
  /** The column with the key, for batches of columns. */
  readonly keyColumn: number | undefined
  /** The key of a record, for batches of objects. */
  readonly selectKey: ((value: unknown) => unknown) | undefined
  /** See PartitionFunctions. */
  readonly explain?: ((thrown: unknown, record: unknown) => unknown) | undefined
  /** Java's hash code of a key. */
  hashKey(key: unknown): number
}

/**
 * `hash`: a row goes to the subtask that owns the key group of its key.
 *
 * The same key gives the same key group whether it is a string of an object, the bytes of a column, or came with its hash code.
 */
export class HashPartitioner implements RowPartitioner {
  private readonly dealer: RowDealer
  private readonly subtaskOfGroup: Int32Array
  private hashes = new Int32Array(0)

  constructor(private readonly options: HashPartitionerOptions) {
    const {subpartitionCount, maxParallelism} = options
    this.dealer = new RowDealer(subpartitionCount)
    this.subtaskOfGroup = Int32Array.from({length: maxParallelism}, (_, group) =>
      subtaskForKeyGroup(group, subpartitionCount, maxParallelism),
    )
  }

  partition(batch: Batch, deal: DealRows): void {
    const {rowCount} = batch
    if (rowCount === 0) return
    const only = this.onlySubtaskOf(batch)
    if (only >= 0) deal(only, undefined, rowCount)
    else this.dealByHash(this.hashesOf(batch), rowCount, deal)
  }

  private dealByHash(hashes: Int32Array, rowCount: number, deal: DealRows): void {
    const {subtaskOfGroup} = this
    const groups = subtaskOfGroup.length
    const subpartitions = this.dealer.begin(rowCount)
    for (let row = 0; row < rowCount; row++) subpartitions[row] = subtaskOfGroup[murmurHash(hashes[row]) % groups]
    this.dealer.deal(rowCount, deal)
  }

  /** The subtask that gets the whole batch, where the batch says so (a local count gives its rows by key group), else -1. */
  private onlySubtaskOf(batch: Batch): number {
    const groups = batch.kind === 'columns' ? batch.keyGroups : undefined
    const {subtaskOfGroup} = this
    if (groups === undefined || groups.maxParallelism !== subtaskOfGroup.length) return -1
    const first = subtaskOfGroup[groups.keyGroupStart]
    return first === subtaskOfGroup[groups.keyGroupEndInclusive] ? first : -1
  }

  private hashesOf(batch: Batch): Int32Array {
    assert(batch.kind !== 'bytes', 'a hash exchange gets rows, not blocks of text')
    if (batch.kind === 'columns' && batch.keyHashes !== undefined) return batch.keyHashes
    if (this.hashes.length < batch.rowCount) this.hashes = new Int32Array(batch.rowCount * 2)
    if (batch.kind === 'columns') this.hashColumn(batch)
    else this.hashObjects(batch)
    return this.hashes
  }

  private hashObjects(batch: ObjectBatch): void {
    const {selectKey, hashKey} = this.options
    assert(selectKey !== undefined, 'a hash exchange of objects has a key selector')
    const {hashes} = this
    const {values} = batch
    let row = 0
    try {
      for (; row < batch.rowCount; row++) hashes[row] = hashKey(selectKey(values[row]))
    } catch (error) {
      throw this.options.explain?.(error, values[row]) ?? error
    }
  }

  private hashColumn(batch: ColumnBatch): void {
    const {keyColumn} = this.options
    assert(keyColumn !== undefined, 'a hash exchange of columns names its key column')
    const column: Column | undefined = batch.columns[keyColumn]
    assert(column !== undefined, 'the key column is in the batch', {keyColumn, columns: batch.columns.length})
    if (column.type === 'utf8') this.hashText(column, batch.rowCount)
    else this.hashValues(column, batch.rowCount)
    if (column.validity !== undefined) this.hashNulls(column.validity, batch.rowCount)
  }

  private hashText(column: Utf8Column, rowCount: number): void {
    const {hashes} = this
    const {bytes, offsets} = column
    for (let row = 0; row < rowCount; row++) hashes[row] = javaStringHashUtf8(bytes, offsets[row], offsets[row + 1])
  }

  private hashValues(column: Exclude<Column, Utf8Column>, rowCount: number): void {
    const {hashes} = this
    const {hashKey} = this.options
    const {values, type, validity} = column
    for (let row = 0; row < rowCount; row++) {
      if (validity === undefined || hasValue(validity, row))
        hashes[row] = hashKey(type === 'bool' ? values[row] !== 0 : values[row])
    }
  }

  private hashNulls(validity: Uint8Array, rowCount: number): void {
    for (let row = 0; row < rowCount; row++) if (!hasValue(validity, row)) this.hashes[row] = this.options.hashKey(null)
  }
}

function hasValue(validity: Uint8Array, row: number): boolean {
  return ((validity[row >> 3] >> (row & 7)) & 1) === 1
}
