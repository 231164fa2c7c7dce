import type {Batch, ObjectBatch} from '../../columns/index.js'
import {assert, MIN_TIMESTAMP_MS} from '../../core/index.js'
import {type Operator, type OperatorContext, previewRecord, userFunctionError} from '../../operators/index.js'
import type {Sink, SinkObject, SinkWriter} from './sink.js'

/** Rows that are still to be written. */
interface Rest {
  readonly batch: ObjectBatch
  row: number
}

/** A program's own sink as an operator. It never waits: while too many writes are under way it takes no input. */
export class ProgramSink<T> implements Operator {
  private readonly sink: SinkObject<T>
  private readonly inFlightMax: number
  private context!: OperatorContext
  private writer: SinkWriter<T> | undefined
  private inFlight = 0
  private rest: Rest | undefined
  private isFlushed = false
  private isClosed = false

  constructor(sink: Sink<T>) {
    this.sink = typeof sink === 'function' ? {createWriter: () => ({write: sink})} : sink
    this.inFlightMax = this.sink.maxInFlight ?? 1
  }

  open(context: OperatorContext): void {
    this.context = context
    const {subtaskIndex, parallelism} = context
    this.call('createWriter()', () => {
      const writer = this.sink.createWriter({subtaskIndex, parallelism})
      if (isPromise(writer)) return writer.then((made) => this.take(made))
      this.writer = writer
      return undefined
    })
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'objects', 'a sink gets records', {actual: batch.kind})
    this.context.metrics.add('sinkRecords', batch.rowCount)
    const rest = {batch, row: 0}
    if (!this.write(rest)) this.rest = {batch: ownBatch(batch, rest.row), row: 0}
  }

  drain(): boolean {
    if (this.rest !== undefined && this.write(this.rest)) this.rest = undefined
    return this.rest === undefined && this.inFlight < this.inFlightMax
  }

  finish(): boolean {
    if (!this.drain() || this.inFlight > 0) return false
    if (this.isFlushed) return true
    this.isFlushed = true
    this.call('flush()', () => this.writer?.flush?.())
    return this.inFlight === 0
  }

  close(): void {
    this.isClosed = true
    const {writer} = this
    this.writer = undefined
    if (writer !== undefined) this.call('close()', () => writer.close?.())
  }

  /** A writer that took its time. */
  private take(writer: SinkWriter<T>): void {
    this.writer = writer
    if (this.isClosed) this.close()
  }

  /** True when all rows were given to the writer; else the first that was not is in `rest.row`. */
  private write(rest: Rest): boolean {
    const {writer} = this
    if (writer === undefined || this.inFlight >= this.inFlightMax) return false
    return writer.writeBatch === undefined ? this.writeRows(writer, rest) : this.writeAll(writer, rest)
  }

  private writeAll(writer: SinkWriter<T>, rest: Rest): boolean {
    const values = rest.batch.values.slice(rest.row, rest.batch.rowCount) as T[]
    this.call(`writeBatch() of ${values.length} records`, () => writer.writeBatch?.(values))
    return true
  }

  private writeRows(writer: SinkWriter<T>, rest: Rest): boolean {
    const {values, timestamps, rowCount} = rest.batch
    while (rest.row < rowCount && this.inFlight < this.inFlightMax) {
      const row = rest.row++
      this.writeOne(writer, values[row] as T, timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row])
    }
    return rest.row === rowCount
  }

  private writeOne(writer: SinkWriter<T>, value: T, time: number): void {
    let answer: unknown
    try {
      answer = writer.write(value, {timestampMs: time === MIN_TIMESTAMP_MS ? undefined : time})
    } catch (error) {
      throw this.explained(error, recordPlace(value))
    }
    if (isPromise(answer)) this.await(answer, () => recordPlace(value))
  }

  private call(at: string, run: () => unknown): void {
    let answer: unknown
    try {
      answer = run()
    } catch (error) {
      throw this.explained(error, at)
    }
    if (isPromise(answer)) this.await(answer, () => at)
  }

  /** Counts as under way until it settles. */
  private await(answer: Promise<unknown>, at: () => string): void {
    this.inFlight += 1
    answer.then(
      () => {
        this.inFlight -= 1
        this.context.wake()
      },
      (error) => this.context.fail(this.explained(error, at())),
    )
  }

  private explained(error: unknown, at: string) {
    return userFunctionError(this.context, at, error)
  }
}

function recordPlace(value: unknown): string {
  return `the record ${previewRecord(value)}`
}

/** The rows from `from` on, in arrays of their own. */
function ownBatch({values, timestamps, rowCount}: ObjectBatch, from: number): ObjectBatch {
  const own = {kind: 'objects', rowCount: rowCount - from, values: values.slice(from, rowCount)} as const
  return timestamps === undefined ? own : {...own, timestamps: timestamps.slice(from, rowCount)}
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}
