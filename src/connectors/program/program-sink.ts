import type {Batch, ObjectBatch} from '../../columns/index.js'
import {assert, MIN_TIMESTAMP_MS} from '../../core/index.js'
import {
  type Operator,
  type OperatorContext,
  type OperatorSnapshot,
  previewRecord,
  type SnapshotRequest,
  userFunctionError,
} from '../../operators/index.js'
import {AT_THE_END, PendingCommits, type PreparedCommit} from './pending-commits.js'
import {decodePlainState, encodePlainState} from './plain-state.js'
import type {Committer, Sink, SinkObject, SinkWriter} from './sink.js'

const WRITER_STATES = 'writer'
const COMMITTABLES = 'committables'

/** Rows that are still to be written. */
interface Rest {
  readonly batch: ObjectBatch
  row: number
}

/**
 * A program's own sink as an operator. It never waits: while too many writes are under way it takes no input.
 *
 * Two phases: before a barrier the writer flushes and prepares what is to be committed, which is part of the checkpoint; it is committed when
 * the checkpoint is complete. In a job that takes no checkpoints it is committed at the end.
 */
export class ProgramSink<T> implements Operator {
  private readonly sink: SinkObject<T>
  private readonly inFlightMax: number
  private context!: OperatorContext
  private writer: SinkWriter<T> | undefined
  private inFlight = 0
  private rest: Rest | undefined
  private commits: PendingCommits | undefined
  private committer: Committer<unknown> | undefined
  private isClosed = false
  /** How far a checkpoint, or the end, has come. */
  private phase: 'writing' | 'flushed' | 'preparing' | 'prepared' = 'writing'
  /** The checkpoint that this is for. */
  private preparedId = 0
  private committables: readonly unknown[] = []
  private takesCheckpoints = false

  constructor(sink: Sink<T>) {
    this.sink = typeof sink === 'function' ? {createWriter: () => ({write: sink})} : sink
    this.inFlightMax = this.sink.maxInFlight ?? 1
  }

  open(context: OperatorContext): void {
    this.context = context
    this.takesCheckpoints = context.checkpointMode !== undefined
    const {subtaskIndex, parallelism} = context
    const restoredStates = this.restored(WRITER_STATES)
    this.make(
      'createWriter()',
      () => this.sink.createWriter({subtaskIndex, parallelism, restoredStates}),
      (writer) => {
        this.writer = writer
      },
    )
    if (this.sink.createCommitter !== undefined)
      this.make(
        'createCommitter()',
        () => this.sink.createCommitter!(),
        (committer) => this.takeCommitter(committer),
      )
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

  prepareSnapshot(checkpointId: number): boolean {
    return this.prepared(checkpointId, false)
  }

  snapshotState({checkpointId}: SnapshotRequest): OperatorSnapshot {
    if (this.phase === 'prepared') this.phase = 'writing'
    const states = [...(this.writer?.snapshotState?.(checkpointId) ?? [])]
    return {
      lists: [
        {name: WRITER_STATES, distribution: 'split', elements: states.map((state) => this.encoded('state', state))},
        {
          name: COMMITTABLES,
          distribution: 'split',
          elements: (this.commits?.snapshot(checkpointId) ?? []).map((commit) => this.encoded('committable', commit)),
        },
      ],
    }
  }

  checkpointCompleted(checkpointId: number): void {
    this.commits?.completed(checkpointId)
  }

  /** What was prepared at the end waits for the last checkpoint of the job. */
  awaitsCheckpoint(): boolean {
    return this.takesCheckpoints && (this.commits?.uncommitted.length ?? 0) > 0
  }

  finish(): boolean {
    if (!this.prepared(AT_THE_END, true)) return false
    // Else the last checkpoint of the job commits.
    if (!this.takesCheckpoints) this.commits?.completed(AT_THE_END)
    return this.commits?.isIdle !== false
  }

  close(): void {
    this.isClosed = true
    const {writer} = this
    this.writer = undefined
    if (writer !== undefined) this.call('close()', () => writer.close?.())
    const {committer} = this
    this.committer = undefined
    if (committer !== undefined) this.call('close() of the committer', () => committer.close?.())
  }

  /** Makes a part, which may take its time. */
  private make<P>(at: string, create: () => P | Promise<P>, take: (part: P) => void): void {
    this.call(at, () => {
      const made = create()
      if (!isPromise(made)) return take(made)
      return made.then((part) => {
        take(part as P)
        if (this.isClosed) this.close()
      })
    })
  }

  private takeCommitter(committer: Committer<unknown>): void {
    this.committer = committer
    this.commits = new PendingCommits(committer, {
      progressed: () => this.wake(),
      failed: (error) => this.context.fail(this.explained(error, 'commit()')),
    })
    // Of a checkpoint that is complete: whether they were committed before the failure nobody knows.
    for (const commit of this.restored(COMMITTABLES) as PreparedCommit[]) this.commits.prepared(commit)
    this.commits.completed(Number.MAX_SAFE_INTEGER)
  }

  private restored(name: string): readonly unknown[] {
    const lists = this.context.restored?.lists.filter((list) => list.name === name) ?? []
    return lists.flatMap(({elements}) => elements.map(decodePlainState))
  }

  private encoded(what: string, state: unknown): Uint8Array {
    return encodePlainState(`the ${what} of the sink "${this.context.displayName ?? this.context.operatorName}"`, state)
  }

  /** Everything is written, flushed and ready to be committed; false while something is under way. */
  private prepared(checkpointId: number, endOfInput: boolean): boolean {
    if (!this.drain() || this.inFlight > 0) return false
    this.forgetGivenUp(checkpointId)
    if (this.phase === 'writing') {
      this.phase = 'flushed'
      this.preparedId = checkpointId
      this.call('flush()', () => this.writer?.flush?.(endOfInput))
      if (this.inFlight > 0) return false
    }
    if (this.phase === 'flushed') {
      this.phase = 'preparing'
      this.call('prepareCommit()', () => this.prepareCommit())
      if (this.inFlight > 0) return false
    }
    if (this.phase === 'preparing') this.takeCommittables()
    return true
  }

  /** A checkpoint for which was prepared and that was never taken: what came since is to be flushed and prepared, too, and the end is to be told. */
  private forgetGivenUp(checkpointId: number): void {
    if (this.phase === 'writing' || this.preparedId === checkpointId || this.preparedId === AT_THE_END) return
    if (this.phase === 'preparing') this.takeCommittables()
    this.phase = 'writing'
  }

  private takeCommittables(): void {
    this.phase = 'prepared'
    this.commits?.prepared({checkpointId: this.preparedId, committables: this.committables})
    this.committables = []
  }

  private prepareCommit(): unknown {
    const made = this.writer?.prepareCommit?.() ?? []
    if (!isPromise(made)) this.committables = [...made]
    else
      return made.then((committables) => {
        this.committables = [...(committables as Iterable<unknown>)]
      })
    return undefined
  }

  private wake(): void {
    if (!this.isClosed) this.context.wake()
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
