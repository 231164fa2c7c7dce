import {assert, MIN_TIMESTAMP_MS, type Split} from '../../core/index.js'
import type {OperatorContext, OperatorSnapshot, Output, SourceOperator} from '../../operators/index.js'
import type {Timer, Timers} from '../../platform/index.js'
import {asReader} from './as-reader.js'
import {BATCH_ROWS} from './batch-rows.js'
import {decodePlainState, encodePlainState} from './plain-state.js'
import type {Source, SourceOutput, SourceReader, SourceReaderContext} from './source.js'

/** A split, and how far it was read before. */
interface SplitProgress {
  readonly split: Split
  /** What the reader said of itself. */
  readonly position?: unknown
  /** Of a reader that says nothing: records to be left out. */
  readonly skip: number
}

const SPLITS = 'splits'

/**
 * A program's own source as an operator: asks for splits, reads them one after the other, gathers records into batches. A checkpoint has
 * the splits that were taken and are not read to their end, and how far.
 */
export class ProgramSource<T, S> implements SourceOperator, SourceOutput<T> {
  private context!: OperatorContext
  private output!: Output
  private readerContext!: SourceReaderContext
  private readonly splits: SplitProgress[] = []
  /** Being read. */
  private current: SplitProgress | undefined
  /** Records that came of it, those left out included. */
  private collected = 0
  private toSkip = 0
  private allSplitsAssigned = false
  private reader: SourceReader<T> | undefined
  private alarm: Timer | undefined
  private values: T[] = []
  private timestamps: Float64Array | undefined

  constructor(
    private readonly source: Source<T, S>,
    private readonly timers: Timers,
    private readonly batchRows = BATCH_ROWS,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    const {subtaskIndex, parallelism} = context
    this.readerContext = {
      subtaskIndex,
      parallelism,
      batchRows: this.batchRows,
      nowMs: () => context.nowMs(),
      wake: () => context.wake(),
      wakeAfter: (delayMs) => this.wakeAfter(delayMs),
      fail: (error) => context.fail(error),
    }
    const restored = context.restored?.lists.filter(({name}) => name === SPLITS) ?? []
    for (const {elements} of restored)
      this.splits.push(...elements.map((one) => decodePlainState(one) as SplitProgress))
  }

  addSplit(split: Split): void {
    this.splits.push({split, skip: 0})
  }

  noMoreSplits(): void {
    this.allSplitsAssigned = true
  }

  wantsSplit(): boolean {
    return this.splits.length === 0 && !this.allSplitsAssigned
  }

  poll(): 'more' | 'wait' | 'end' {
    const reader = this.reader ?? this.openNext()
    if (reader === undefined) return this.allSplitsAssigned ? 'end' : 'wait'
    const next = reader.poll(this)
    this.flush()
    if (next !== 'end') return next
    this.closeReader()
    this.context.metrics.add('progressSplits', 1)
    return 'more'
  }

  snapshotState(): OperatorSnapshot {
    const open = this.current === undefined ? [] : [this.progressOf(this.current)]
    const what = `the position of the source "${this.context.displayName ?? this.context.operatorName}"`
    const elements = [...open, ...this.splits].map((one) => encodePlainState(what, one))
    return {lists: [{name: SPLITS, distribution: 'split', elements}]}
  }

  collect(value: T, timestampMs?: number): void {
    this.collected += 1
    if (this.toSkip > 0) {
      this.toSkip -= 1
      return
    }
    const row = this.values.push(value) - 1
    if (timestampMs !== undefined) this.stamp(row, timestampMs)
    else if (this.timestamps !== undefined) this.timestamps[row] = MIN_TIMESTAMP_MS
    if (row === this.batchRows - 1) this.flush()
  }

  close(): void {
    this.closeReader()
  }

  private openNext(): SourceReader<T> | undefined {
    const next = this.splits.shift()
    if (next === undefined) return undefined
    const {split, position, skip} = next
    assert(split.kind === 'program', "a program's source gets its own splits", {actual: split.kind})
    this.current = next
    this.collected = 0
    this.toSkip = skip
    const readable = this.source.read(split.data as S, this.readerContext, position)
    this.reader = asReader(readable, this.readerContext)
    return this.reader
  }

  private progressOf({split, position, skip}: SplitProgress): SplitProgress {
    const {reader} = this
    if (reader?.snapshotState !== undefined) return {split, position: reader.snapshotState(), skip: 0}
    // It may not have come again to where it was.
    return {split, position, skip: Math.max(this.collected, skip)}
  }

  private closeReader(): void {
    this.alarm?.cancel()
    this.alarm = undefined
    const {reader} = this
    this.reader = undefined
    this.current = undefined
    reader?.close?.()
  }

  private stamp(row: number, timestampMs: number): void {
    this.timestamps ??= new Float64Array(BATCH_ROWS).fill(MIN_TIMESTAMP_MS)
    this.timestamps[row] = timestampMs
  }

  private flush(): void {
    const {values, timestamps} = this
    const rowCount = values.length
    if (rowCount === 0) return
    // The next operator may keep the array.
    this.values = []
    this.context.metrics.add('sourceRecords', rowCount)
    const batch = {kind: 'objects', rowCount, values} as const
    this.output.emit(timestamps === undefined ? batch : {...batch, timestamps: timestamps.subarray(0, rowCount)})
  }

  private wakeAfter(delayMs: number): void {
    this.alarm?.cancel()
    this.alarm = this.timers.after(delayMs, () => this.context.wake())
  }
}
