import {RowBuilder, type WordKernel, type WordRows} from '../../columns/index.js'
import {FtsError} from '../../core/index.js'
import type {SpillFile} from '../../io/index.js'
import type {OperatorContext} from '../operator.js'
import {wordRowsOf} from '../rows/word-rows.js'
import type {KeyedSnapshot, SnapshotRequest} from '../snapshots.js'
import {PartitionWriter, type SpilledPartition} from '../spill/partition-writer.js'
import {RowFrameReader} from '../spill/row-frame-reader.js'
import {SortedRuns, type TakeBatch} from '../spill/sorted-runs.js'
import type {SpillParts} from '../spill/spill-parts.js'
import {pause, type Steps} from '../steps.js'
import type {BudgetedTable} from './budgeted-table.js'
import type {CountConfig} from './count-config.js'
import {SpilledSnapshots} from './spilled-snapshots.js'

const ROWS_PER_BATCH_MAX = 2048
/** Write buffers of all partitions together, at most; a sixteenth of a small budget. */
const WRITE_BUFFER_BYTES_MAX = 1024 * 1024
const ROWS_PER_WRITE_BUFFER_MIN = 16
/** A row in a write buffer: count, offset and about 16 bytes of word. */
const ROW_BYTES = 28
const WORD_BYTES = 16
const READ_BLOCK_BYTES = 64 * 1024
/** Frames worked off before the event loop gets its turn. */
const FRAMES_PER_TURN = 16
/** By then 32 partitions a level have divided the words by 2^40: what is left has one hash, which no file can help. */
const LEVEL_MAX = 8

/**
 * Counting with less memory than the distinct words need: grace hash aggregation, then a merge of sorted runs.
 *
 *   input ─▶ table ─ full ─▶ partitions 0 … 31 (files, by hash of the word)
 *   at the end, one partition after the other:
 *   partition ─▶ table ─ fits ─▶ order none: emitted         else: a sorted run (file) ─┐
 *                  └─ does not fit ─▶ partitions of the next level, by another hash     ├─▶ merge ─▶ emitted
 *                                                                 other runs ───────────┘
 *   a snapshot: the table goes to the partitions, whose files only grow: it takes the bytes up to there, or those since the last one
 *
 * Shape    a word is in one partition only, so each run is final and the merge only interleaves.
 * Memory   the table's reservation, and another for the write buffers where the budget still has it: they are needed to
 *          make room at all, so they are allocated in any case.
 */
export class CountSpill {
  private readonly parts: SpillParts
  private readonly builders: readonly RowBuilder[]
  private readonly writer: PartitionWriter
  private readonly snapshots: SpilledSnapshots
  private reservedBytes = 0
  private distinct = 0

  constructor(
    private readonly kernel: WordKernel,
    private readonly table: BudgetedTable,
    private readonly context: OperatorContext,
    private readonly config: CountConfig,
  ) {
    this.parts = {io: context.io, owner: context.operatorName, metrics: context.metrics, wake: context.wake}
    const bufferBytes = Math.min(WRITE_BUFFER_BYTES_MAX, Math.floor(context.memory.totalBytes / 16))
    this.reserve(bufferBytes)
    this.builders = makeBuilders(bufferBytes, config.spillPartitionCount)
    this.writer = new PartitionWriter(this.parts, this.builders, 0)
    this.snapshots = new SpilledSnapshots(this.parts, context)
  }

  /** Brings all counts to disk, where `takeSnapshot` finds them. */
  *prepareSnapshot(): Steps {
    yield* this.spillTable()
    yield* this.writer.flushAll()
  }

  takeSnapshot(request: SnapshotRequest): KeyedSnapshot {
    return this.snapshots.take(request, this.writer.openFiles)
  }

  checkpointCompleted(checkpointId: number): void {
    this.snapshots.completed(checkpointId)
  }

  checkpointAborted(checkpointId: number): void {
    this.snapshots.aborted(checkpointId)
  }

  /** Moves the table's rows to disk and empties it. */
  *spillTable(): Steps {
    yield* this.moveTable(this.writer)
  }

  /** Counts what is on disk and hands the result on, in order; answers the number of distinct words. */
  *emit(take: TakeBatch): Steps<number> {
    const {order, limit} = this.config
    const runs = order === 'none' ? undefined : new SortedRuns(this.parts, {kernel: this.kernel, order, limit})
    yield* this.spillTable()
    // The files go away one by one.
    while (this.snapshots.isReading) yield
    const waiting = (yield* this.writer.finish()).reverse()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const split = yield* this.load(next)
      next.file.delete()
      if (split !== undefined) waiting.push(...split.reverse())
      else yield* this.read(runs, take)
    }
    this.table.close()
    yield* runs?.emit(take, this.context.memory.availableBytes) ?? []
    return this.distinct
  }

  /** Deletes all files and gives the buffers back. */
  close(): void {
    this.context.io.releaseAll(this.context.operatorName)
    this.context.memory.releaseReserved(this.context.operatorName, this.reservedBytes)
    this.context.metrics.add('managedMemoryBytes', -this.reservedBytes)
    this.reservedBytes = 0
  }

  /** Adds up a partition in the table; if its words do not fit, answers the partitions it was divided into. */
  private *load(partition: SpilledPartition): Steps<SpilledPartition[] | undefined> {
    const reader = this.open(partition.file)
    try {
      const rest = yield* this.fill(reader)
      return rest === undefined ? undefined : yield* this.divide(partition, reader, rest)
    } finally {
      reader.close()
    }
  }

  /** Adds rows until the table is full (the rows left of a frame) or all are in. */
  private *fill(reader: RowFrameReader): Steps<{readonly rows: WordRows; readonly from: number} | undefined> {
    let frameCount = 0
    for (let rows = reader.next(); rows !== 'end'; rows = reader.next()) {
      if (rows === 'pending') {
        yield
        continue
      }
      const from = this.table.addRows(rows, 0)
      if (from < rows.rowCount) return {rows, from}
      if (++frameCount % FRAMES_PER_TURN === 0) yield* pause(this.parts.wake)
    }
    return undefined
  }

  private *divide(
    partition: SpilledPartition,
    reader: RowFrameReader,
    rest: {readonly rows: WordRows; readonly from: number},
  ): Steps<SpilledPartition[]> {
    if (partition.level === LEVEL_MAX) throw this.cannotDivide()
    const writer = new PartitionWriter(this.parts, this.builders, partition.level + 1)
    yield* writer.write(rest.rows, rest.from)
    yield* this.moveTable(writer)
    for (let rows = reader.next(); rows !== 'end'; rows = reader.next()) {
      if (rows === 'pending') yield
      else yield* writer.write(rows, 0)
    }
    return yield* writer.finish()
  }

  /** The table holds all rows of a partition: they go out, or to disk as a run. */
  private *read(runs: SortedRuns | undefined, take: TakeBatch): Steps {
    const {table} = this.table
    table.startReading(this.config.order)
    this.distinct += table.size
    if (runs === undefined) yield* this.takeAll(take)
    else yield* runs.add(() => this.nextRows())
    this.table.clear()
    yield* pause(this.parts.wake)
  }

  private *takeAll(take: TakeBatch): Steps {
    const {table} = this.table
    for (let batch = table.readRows(ROWS_PER_BATCH_MAX); batch; batch = table.readRows(ROWS_PER_BATCH_MAX)) {
      if (yield* take(batch)) return
    }
  }

  private *moveTable(writer: PartitionWriter): Steps {
    this.table.table.startReading('none')
    for (let rows = this.nextRows(); rows !== undefined; rows = this.nextRows()) yield* writer.write(rows, 0)
    this.table.clear()
  }

  private nextRows(): WordRows | undefined {
    const batch = this.table.table.readRows(ROWS_PER_BATCH_MAX)
    return batch === undefined ? undefined : wordRowsOf(batch)
  }

  private open(file: SpillFile): RowFrameReader {
    return new RowFrameReader(this.parts.io.openReader(file, {blockSizeBytes: READ_BLOCK_BYTES, wake: this.parts.wake}))
  }

  private reserve(bytes: number): void {
    if (!this.context.memory.tryReserve(this.context.operatorName, bytes)) return
    this.reservedBytes = bytes
    this.context.metrics.add('managedMemoryBytes', bytes)
  }

  private cannotDivide(): FtsError {
    const {operatorName, memory} = this.context
    return new FtsError(
      'fatal',
      'FTS_MEMORY_EXCEEDED',
      `${operatorName}: words of one hash do not fit into ${memory.totalBytes} bytes of managed memory, also after ${LEVEL_MAX} levels of spilling`,
      {managedMemoryBytes: memory.totalBytes},
      {tryThis: 'Raise taskmanager.memory.flink.size or taskmanager.memory.managed.fraction.'},
    )
  }
}

function makeBuilders(bufferBytes: number, partitionCount: number): readonly RowBuilder[] {
  const rows = Math.max(ROWS_PER_WRITE_BUFFER_MIN, Math.floor(bufferBytes / partitionCount / ROW_BYTES))
  return Array.from({length: partitionCount}, () => new RowBuilder(rows, rows * WORD_BYTES))
}
