import {assert, MIN_TIMESTAMP_MS, type Split} from '../../core/index.js'
import type {OperatorContext, Output, SourceOperator} from '../../operators/index.js'
import type {Timer, Timers} from '../../platform/index.js'
import {asReader} from './as-reader.js'
import {BATCH_ROWS} from './batch-rows.js'
import type {Source, SourceOutput, SourceReader, SourceReaderContext} from './source.js'

/** A program's own source as an operator: asks for splits, reads them one after the other, gathers records into batches. */
export class ProgramSource<T, S> implements SourceOperator, SourceOutput<T> {
  private context!: OperatorContext
  private output!: Output
  private readerContext!: SourceReaderContext
  private readonly splits: Split[] = []
  private allSplitsAssigned = false
  private reader: SourceReader<T> | undefined
  private alarm: Timer | undefined
  private values: T[] = []
  private timestamps: Float64Array | undefined

  constructor(
    private readonly source: Source<T, S>,
    private readonly timers: Timers,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    const {subtaskIndex, parallelism} = context
    this.readerContext = {
      subtaskIndex,
      parallelism,
      nowMs: () => context.nowMs(),
      wake: () => context.wake(),
      wakeAfter: (delayMs) => this.wakeAfter(delayMs),
      fail: (error) => context.fail(error),
    }
  }

  addSplit(split: Split): void {
    this.splits.push(split)
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

  collect(value: T, timestampMs?: number): void {
    const row = this.values.push(value) - 1
    if (timestampMs !== undefined) this.stamp(row, timestampMs)
    else if (this.timestamps !== undefined) this.timestamps[row] = MIN_TIMESTAMP_MS
    if (row === BATCH_ROWS - 1) this.flush()
  }

  close(): void {
    this.closeReader()
  }

  private openNext(): SourceReader<T> | undefined {
    const split = this.splits.shift()
    if (split === undefined) return undefined
    assert(split.kind === 'program', "a program's source gets its own splits", {actual: split.kind})
    this.reader = asReader(this.source.read(split.data as S, this.readerContext), this.readerContext)
    return this.reader
  }

  private closeReader(): void {
    this.alarm?.cancel()
    this.alarm = undefined
    const {reader} = this
    this.reader = undefined
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
