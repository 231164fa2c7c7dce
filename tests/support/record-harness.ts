import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Batch, ObjectBatch} from '../../src/columns/index.js'
import {
  type AccumulatorSnapshot,
  type ControlElement,
  MAX_TIMESTAMP_MS,
  type OperatorId,
  type RestoredOperatorState,
} from '../../src/core/index.js'
import {TaskMetrics} from '../../src/metrics/index.js'
import type {Operator, OperatorContext, Output} from '../../src/operators/index.js'
import {BudgetMemoryManager} from './budget-memory-manager.js'
import {FakeIOManager} from './fake-io-manager.js'
import {harnessStorage} from './harness-storage.js'
import {ManualProcessingTime} from './manual-processing-time.js'
import type {StateFiles} from './state-files.js'

const OPERATOR_ID = '0'.repeat(32) as OperatorId

export interface RecordHarnessOptions {
  /** Batches the output takes before it has no room; it has room again in the next turn. Default: no end. */
  readonly roomPerTurn?: number
  readonly parallelism?: number
  readonly subtaskIndex?: number
  readonly maxParallelism?: number
  readonly inputCount?: number
  /** Processing time at the beginning. Default: 0. */
  readonly nowMs?: number
  /** What the operator starts from, and where its files are. */
  readonly restored?: RestoredOperatorState
  readonly files?: StateFiles
  readonly restoredCheckpointId?: number
  /** Of aligned sources; absent: there is nobody to align with. */
  readonly alignment?: NonNullable<OperatorContext['alignment']>
  /** Of managed memory. Default 64 MiB. */
  readonly budgetBytes?: number
}

/** Something that came out, in order; timestamps and tags only where there are any. */
export type Emission =
  | {readonly value: unknown; readonly timestampMs?: number; readonly side?: string}
  | {readonly watermark: number}
  | {readonly status: 'active' | 'idle'}
  | {readonly control: string}

export interface GivenRows {
  readonly input?: number
  /** Of every row, or one for all. */
  readonly timestamps?: readonly number[] | number
}

/**
 * Drives one record operator as a task does, and holds it to the contract:
 *
 * - rows and timestamps are borrowed: what was given is overwritten when the call returns;
 * - neither batches nor control elements while `drain` is false; `drain` is asked after `open`, when there is room and after `wake`;
 * - whoever emits a batch without room, or an empty one, fails;
 * - processing time moves only by `moveTo`.
 */
export class RecordHarness {
  readonly metrics = new TaskMetrics()
  readonly memory: BudgetMemoryManager
  readonly io = new FakeIOManager()
  readonly time: ManualProcessingTime
  readonly emissions: Emission[] = []
  readonly batchSizes: number[] = []
  readonly reports: Record<string, number> = {}
  readonly accumulators: Record<string, AccumulatorSnapshot> = {}
  readonly notices: string[] = []
  /** How often `drain` or `finish` answered false. */
  waits = 0
  private readonly stateStorage = harnessStorage()
  private given = 0
  private room: number
  private wasRefused = false
  private isWoken = false
  private failure: unknown

  constructor(
    readonly operator: Operator,
    private readonly options: RecordHarnessOptions = {},
  ) {
    this.memory = new BudgetMemoryManager(options.budgetBytes ?? 64 * 1024 * 1024)
    this.time = new ManualProcessingTime(options.nowMs ?? 0)
    this.room = this.roomPerTurn
  }

  open(): this {
    this.operator.open(this.context(), this.output())
    return this
  }

  process(values: readonly unknown[], {input = 0, timestamps}: GivenRows = {}): this {
    this.mustDrain()
    this.giveRoom()
    this.given += values.length
    const batch = borrowed(values, timestamps)
    this.operator.processBatch(batch, input, 0)
    batch.values.fill(TAKEN_BACK)
    batch.timestamps?.fill(Number.NaN)
    this.drain()
    return this
  }

  watermark(timestampMs: number, input = 0): this {
    return this.control({kind: 'watermark', timestampMs}, input)
  }

  status(status: 'active' | 'idle', input = 0): this {
    return this.control({kind: 'streamStatus', status}, input)
  }

  control(element: ControlElement, input = 0): this {
    this.mustDrain()
    this.giveRoom()
    if (this.operator.processControl === undefined) this.note(element)
    else this.operator.processControl(element, input, 0)
    this.drain()
    return this
  }

  /** Moves processing time; alarms ring, and the operator goes on if it was woken. */
  moveTo(timestampMs: number): this {
    this.time.moveTo(timestampMs)
    this.drain()
    return this
  }

  /** Lets promises run, then goes on as the task does after `wake`; a failed task throws. */
  async settle(): Promise<this> {
    for (let i = 0; i < 10; i++) await Promise.resolve()
    this.drain()
    return this
  }

  /** Goes on while there is room or the operator was woken; true when it takes input. */
  drain(): boolean {
    return this.goOn(() => this.operator.drain?.() ?? true)
  }

  /** The end of event time on every input, then the end of the input. Answers whether the operator has finished. */
  finish(): boolean {
    for (let input = 0; input < (this.options.inputCount ?? 1); input++) this.watermark(MAX_TIMESTAMP_MS, input)
    this.mustDrain()
    return this.goOn(() => this.operator.finish())
  }

  close(): void {
    this.operator.close()
    this.memory.verifyEmpty()
    if (this.time.alarmsAtMs.length > 0) throw new Error(`${this.time.alarmsAtMs.length} alarms are left`)
  }

  /** Finishes and closes; everything that came out. */
  end(): readonly Emission[] {
    try {
      if (!this.finish()) throw new Error('the operator waits for something outside')
    } finally {
      this.close()
    }
    return this.emissions
  }

  /** The same for an operator that waits for files. */
  async endEventually(): Promise<void> {
    try {
      await this.untilDrained()
      this.operator.processControl?.({kind: 'watermark', timestampMs: MAX_TIMESTAMP_MS}, 0, 0)
      await this.untilDrained()
      while (!this.goOn(() => this.operator.finish())) await nextTurn()
    } finally {
      this.close()
    }
  }

  /** Lets files be written and read until the operator takes input. */
  async untilDrained(): Promise<void> {
    while (!this.drain()) await nextTurn()
  }

  /** Records of the main output. */
  get values(): readonly unknown[] {
    return this.emissions.flatMap((emission) =>
      'value' in emission && emission.side === undefined ? [emission.value] : [],
    )
  }

  sideValues(tag: string): readonly unknown[] {
    return this.emissions.flatMap((emission) => ('value' in emission && emission.side === tag ? [emission.value] : []))
  }

  /** What is so now, written to its end: what an operator can be started from. `options.files` has the files. */
  snapshot(checkpointId: number, isIncremental = false): RestoredOperatorState {
    return this.beginSnapshot(checkpointId, isIncremental).finish()
  }

  /** Takes a snapshot that is written while the stream goes on. */
  beginSnapshot(checkpointId: number, isIncremental: boolean): OperatorSnapshotWriting {
    this.mustDrain()
    const {operator} = this
    this.goOn(() => operator.prepareSnapshot?.(checkpointId) ?? true)
    const files = this.options.files
    if (files === undefined) throw new Error('snapshots need files')
    const shared = isIncremental ? {sharedDirectory: '/shared'} : {}
    const options = {type: 'checkpoint', alignment: 'aligned', directory: '/chk', ...shared} as const
    const {keyed, lists} = operator.snapshotState?.({checkpointId, timestampMs: 0, options}) ?? {}
    const writing = keyed === undefined ? undefined : files.begin(keyed)
    return {
      step: () => writing?.step(),
      finish: () => ({
        operatorId: OPERATOR_ID,
        keyed: writing === undefined ? [] : [writing.finish()],
        lists: lists ?? [],
      }),
    }
  }

  /** Closes without finishing: the task was killed. */
  kill(): void {
    this.operator.close()
  }

  /** All that came out since the last call. */
  take(): readonly Emission[] {
    return this.emissions.splice(0)
  }

  /** Records in and made, minus all that left: 0 when the ledger balances. */
  get ledger(): number {
    const {recordsExpanded, recordsCombined, recordsFiltered, recordsBad} = this.metrics.snapshot()
    const recordsOut = this.batchSizes.reduce((sum, size) => sum + size, 0)
    return this.given + recordsExpanded - recordsOut - recordsCombined - recordsFiltered - recordsBad
  }

  private get roomPerTurn(): number {
    return this.options.roomPerTurn ?? Number.POSITIVE_INFINITY
  }

  private goOn(step: () => boolean): boolean {
    for (;;) {
      this.giveRoom()
      this.isWoken = false
      this.throwFailure()
      const isDone = step()
      this.throwFailure()
      if (isDone && !this.isWoken) return true
      if (isDone) continue
      this.waits++
      if (!this.wasRefused && !this.isWoken) return false
    }
  }

  private mustDrain(): void {
    if (!this.drain()) throw new Error('the operator takes no input now: it waits for something outside')
  }

  private giveRoom(): void {
    this.room = this.roomPerTurn
    this.wasRefused = false
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure
  }

  private output(): Output {
    return {
      emit: (batch) => this.noteBatch(batch, undefined),
      emitSide: (tag, batch) => this.noteBatch(batch, tag),
      emitControl: (element) => this.note(element),
      hasRoom: () => {
        if (this.room > 0) return true
        this.wasRefused = true
        return false
      },
      reserveBytes: () => undefined,
    }
  }

  private noteBatch(batch: Batch, side: string | undefined): void {
    if (batch.kind !== 'objects') throw new Error(`emitted ${batch.kind}`)
    if (this.room <= 0) throw new Error('emitted without room')
    if (batch.rowCount === 0 || batch.values.length !== batch.rowCount)
      throw new Error('emitted an empty or ragged batch')
    this.room--
    this.batchSizes.push(batch.rowCount)
    for (let row = 0; row < batch.rowCount; row++) this.emissions.push(emissionOf(batch, row, side))
  }

  private note(element: ControlElement): void {
    if (element.kind === 'watermark') this.emissions.push({watermark: element.timestampMs})
    else if (element.kind === 'streamStatus') this.emissions.push({status: element.status})
    else this.emissions.push({control: element.kind})
  }

  private context(): OperatorContext {
    const {options} = this
    return {
      operatorName: 'operator under test 0123',
      displayName: 'operator under test',
      operatorId: OPERATOR_ID,
      ...(options.restored === undefined ? {} : {restored: options.restored}),
      readStateFile: (file) => options.files?.read(file) ?? new Uint8Array(),
      jobId: '1'.repeat(32),
      subtaskIndex: options.subtaskIndex ?? 0,
      parallelism: options.parallelism ?? 1,
      maxParallelism: options.maxParallelism ?? 128,
      attempt: 0,
      inputChannelCounts: new Array(options.inputCount ?? 1).fill(1),
      metrics: this.metrics,
      memory: this.memory,
      io: this.io,
      processingTime: this.time,
      nowMs: () => this.time.now(),
      ...(this.stateStorage === undefined ? {} : {stateStorage: this.stateStorage}),
      wake: () => {
        this.isWoken = true
      },
      fail: (error) => {
        this.failure ??= error
      },
      notify: (sentence) => this.notices.push(sentence),
      ...(options.restoredCheckpointId === undefined ? {} : {restoredCheckpointId: options.restoredCheckpointId}),
      ...(options.alignment === undefined ? {} : {alignment: options.alignment}),
      report: (key, count) => {
        this.reports[key] = (this.reports[key] ?? 0) + count
      },
      accumulated: (name, snapshot) => {
        this.accumulators[name] = snapshot
      },
    }
  }
}

/** A snapshot of an operator that is being written. */
export interface OperatorSnapshotWriting {
  step(): void
  finish(): RestoredOperatorState
}

const TAKEN_BACK = Object.freeze({takenBack: 'the batch was borrowed'})

function borrowed(values: readonly unknown[], timestamps: readonly number[] | number | undefined) {
  const batch = {kind: 'objects', rowCount: values.length, values: [...values]} as const
  if (timestamps === undefined) return {...batch, timestamps: undefined} as unknown as BorrowedBatch
  const all = typeof timestamps === 'number' ? values.map(() => timestamps) : timestamps
  return {...batch, timestamps: Float64Array.from(all)} as BorrowedBatch
}

interface BorrowedBatch extends ObjectBatch {
  readonly values: unknown[]
}

function emissionOf({values, timestamps}: ObjectBatch, row: number, side: string | undefined): Emission {
  const timestampMs = timestamps?.[row]
  return {
    value: values[row],
    ...(timestampMs === undefined || timestampMs === -(2 ** 63) ? {} : {timestampMs}),
    ...(side === undefined ? {} : {side}),
  }
}
