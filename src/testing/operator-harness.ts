import type {program} from '../api/index.js'
import type {Batch} from '../columns/index.js'
import {type ControlElement, FtsError, MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../core/index.js'
import {NodeIOManager} from '../io/index.js'
import {SimpleMemoryManager} from '../memory/index.js'
import {TaskMetrics} from '../metrics/index.js'
import type {Operator, OperatorContext, Output} from '../operators/index.js'
import {MemoryStateFiles} from './memory-state-files.js'
import {HarnessSnapshot, restoredFrom, snapshotOf} from './operator-snapshot.js'
import type {OperatorUnderTest} from './operator-under-test.js'
import {VirtualTime} from './virtual-time.js'

export interface HarnessOptions {
  /** Processing time at the beginning, ms since the epoch. Default: 0. */
  readonly nowMs?: number
  /** What the function sees in its runtime context. Default: 1. */
  readonly parallelism?: number
  /** Default: 0. */
  readonly subtaskIndex?: number
  /** Number of key groups. Default: 128. */
  readonly maxParallelism?: number
  /** State to start from: of one harness, or of all subtasks that there were. */
  readonly restore?: HarnessSnapshot | readonly HarnessSnapshot[]
}

/** Something that came out, in its order. Units: ms since the epoch; a record without event time has no `timestampMs`. */
export type HarnessElement<T> =
  | {readonly value: T; readonly timestampMs?: number}
  | {readonly watermark: number}
  | {readonly status: 'active' | 'idle'}

const MANAGED_BYTES = 64 * 1024 * 1024
const PAGE_BYTES = 32 * 1024
let harnesses = 0

/** What harnesses of one and of two inputs have in common: one operator, called as a task calls it, and what it gives. */
export class OperatorHarness<OUT> {
  private readonly operator: Operator
  private readonly time: VirtualTime
  private readonly metrics = new TaskMetrics()
  private readonly memory = new SimpleMemoryManager({totalBytes: MANAGED_BYTES, pageSizeBytes: PAGE_BYTES})
  private output: HarnessElement<OUT>[] = []
  private readonly sides = new Map<string, {readonly value: unknown; readonly timestampMs?: number}[]>()
  private readonly counts: Record<string, number> = {}
  private readonly snapshots: readonly HarnessSnapshot[]
  private snapshotCount = 0
  private isWoken = false
  private failure: {readonly error: unknown} | undefined

  /** @internal */
  constructor(
    private readonly made: OperatorUnderTest,
    private readonly inputCount: number,
    private readonly options: HarnessOptions,
  ) {
    const {restore = []} = options
    this.snapshots = restore instanceof HarnessSnapshot ? [restore] : restore
    this.operator = made.operator
    this.time = new VirtualTime(options.nowMs ?? 0)
    this.operator.open(this.context(), this.outputs())
    this.goOn()
  }

  /** Moves processing time; timers that are due fire, in their order. */
  setProcessingTime(timestampMs: number): this {
    while (this.time.ringNext(timestampMs)) this.goOn()
    this.goOn()
    return this
  }

  getProcessingTime(): number {
    return this.time.now()
  }

  /** Lets promises be fulfilled (asynchronous functions, an `open` that waits), and takes what comes of them. */
  async settle(): Promise<this> {
    do {
      this.goOn()
      // Long enough for a promise that waits for a promise that waits for promises.
      for (let i = 0; i < 100 && !this.isWoken; i++) await Promise.resolve()
    } while (this.isWoken)
    this.goOn()
    return this
  }

  /** The input has ended: event time is at its end, and the operator says what it has left to say. */
  endInput(): this {
    for (let input = 0; input < this.inputCount; input++)
      this.control({kind: 'watermark', timestampMs: MAX_TIMESTAMP_MS}, input)
    this.mustTakeInput()
    if (!this.until(() => this.operator.finish())) throw this.waits('its results')
    return this
  }

  /**
   * The state as a checkpoint would hold it: keyed and operator state, timers, event time. The harness goes on; another one, with
   * `restore`, starts from it.
   */
  snapshot(): HarnessSnapshot {
    this.mustTakeInput()
    const checkpointId = ++this.snapshotCount
    this.until(() => this.operator.prepareSnapshot?.(checkpointId) ?? true)
    return snapshotOf(this.operator, checkpointId, this.place())
  }

  /** Calls the functions' `close`, and checks that the operator holds nothing any more. */
  close(): void {
    this.operator.close()
    this.memory.verifyEmpty()
  }

  /** Records, watermarks and statuses that came out so far. */
  getOutput(): readonly HarnessElement<OUT>[] {
    return this.output
  }

  /** The values alone. */
  extractOutputValues(): OUT[] {
    return this.output.flatMap((element) => ('value' in element ? [element.value] : []))
  }

  /** The values since the last call. */
  takeOutputValues(): OUT[] {
    const values = this.extractOutputValues()
    this.output = []
    return values
  }

  /** Values that the function gave to a side output. */
  getSideOutput<X>(tag: program.OutputTag<X>): X[] {
    return (this.sides.get(tag.id) ?? []).map(({value}) => value as X)
  }

  /** What functions counted (`getRuntimeContext().counter(name)`; after `close`) and the operator reported, by name. */
  get counters(): Readonly<Record<string, number>> {
    return this.counts
  }

  /** @internal */
  protected give(input: number, values: readonly unknown[], timestampMs: number | undefined): void {
    this.mustTakeInput()
    const batch = {kind: 'objects', rowCount: values.length, values} as const
    const timestamps = timestampMs === undefined ? undefined : new Float64Array(values.length).fill(timestampMs)
    this.operator.processBatch(timestamps === undefined ? batch : {...batch, timestamps}, input, 0)
    this.goOn()
  }

  /** @internal */
  protected control(element: ControlElement, input: number): void {
    this.mustTakeInput()
    if (this.operator.processControl === undefined) this.note(element)
    else this.operator.processControl(element, input, 0)
    this.goOn()
  }

  /** True when the operator takes input. */
  private goOn(): boolean {
    return this.until(() => this.operator.drain?.() ?? true)
  }

  /** Calls again as long as the operator was woken meanwhile. Errors: what it failed with. */
  private until(step: () => boolean): boolean {
    for (;;) {
      this.isWoken = false
      const isDone = step()
      if (this.failure !== undefined) throw this.failure.error
      if (!this.isWoken) return isDone
    }
  }

  private mustTakeInput(): void {
    if (!this.goOn()) throw this.waits('input')
  }

  private waits(what: string): FtsError {
    const {name} = this.made
    return new FtsError(
      'user',
      'FTS_TEST_WAITS',
      `"${name}" waits for a promise and gives or takes ${what} later`,
      {operator: name},
      {tryThis: 'Say: await harness.settle()'},
    )
  }

  private outputs(): Output {
    return {
      emit: (batch) => this.noteBatch(batch, (element) => this.output.push(element as HarnessElement<OUT>)),
      emitSide: (tag, batch) => {
        const side = this.sides.get(tag) ?? []
        this.sides.set(tag, side)
        this.noteBatch(batch, (element) => side.push(element))
      },
      emitControl: (element) => this.note(element),
      hasRoom: () => true,
      reserveBytes: () => undefined,
    }
  }

  private noteBatch(
    batch: Batch,
    add: (element: {readonly value: unknown; readonly timestampMs?: number}) => void,
  ): void {
    if (batch.kind !== 'objects')
      throw new FtsError('user', 'FTS_TEST_NO_RECORDS', `"${this.made.name}" gives no records`)
    for (let row = 0; row < batch.rowCount; row++) {
      const timestampMs = batch.timestamps?.[row] ?? MIN_TIMESTAMP_MS
      add({value: batch.values[row], ...(timestampMs === MIN_TIMESTAMP_MS ? {} : {timestampMs})})
    }
  }

  private note(element: ControlElement): void {
    if (element.kind === 'watermark') this.output.push({watermark: element.timestampMs})
    else if (element.kind === 'streamStatus') this.output.push({status: element.status})
  }

  private place() {
    const {made, options} = this
    const {parallelism = 1, subtaskIndex = 0, maxParallelism = 128} = options
    return {operatorId: made.operatorId, name: made.name, parallelism, subtaskIndex, maxParallelism}
  }

  private restored(): Pick<OperatorContext, 'restored' | 'readStateFile'> {
    if (this.snapshots.length === 0) return {}
    const restored = restoredFrom(this.snapshots, this.place())
    const files = new MemoryStateFiles(new Map(this.snapshots.flatMap((snapshot) => [...snapshot.files])))
    return {...(restored === undefined ? {} : {restored}), readStateFile: (file) => files.read(file)}
  }

  private context(): OperatorContext {
    const {made, time} = this
    const {parallelism, subtaskIndex, maxParallelism} = this.place()
    return {
      ...this.restored(),
      operatorName: made.name,
      displayName: made.name,
      operatorId: made.operatorId,
      jobId: '0'.repeat(32),
      subtaskIndex,
      parallelism,
      maxParallelism,
      attempt: 0,
      inputChannelCounts: new Array<number>(this.inputCount).fill(1),
      metrics: this.metrics,
      memory: this.memory,
      io: new NodeIOManager({name: `harness-${harnesses++}`, tmpDirs: ''}),
      processingTime: time,
      nowMs: () => time.now(),
      wake: () => {
        this.isWoken = true
      },
      fail: (error) => {
        this.failure ??= {error}
        this.isWoken = true
      },
      report: (key, count) => {
        this.counts[key] = (this.counts[key] ?? 0) + count
      },
    }
  }
}
