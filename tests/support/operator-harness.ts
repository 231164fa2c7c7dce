import type {Batch, ColumnBatch, Float64Column, Utf8Column} from '../../src/columns/index.js'
import type {ControlElement, OperatorId, RestoredOperatorState} from '../../src/core/index.js'
import {TaskMetrics} from '../../src/metrics/index.js'
import type {Operator, OperatorContext, Output} from '../../src/operators/index.js'
import {BudgetMemoryManager} from './budget-memory-manager.js'
import {FakeIOManager} from './fake-io-manager.js'
import type {OperatorSnapshotWriting} from './record-harness.js'
import type {StateFiles} from './state-files.js'

const OPERATOR_ID = '0'.repeat(32) as OperatorId

export interface HarnessOptions {
  /** Managed memory of the slot. Default 64 MiB. */
  readonly memoryBytes?: number
  /** Batches the output takes before it has no room; it has room again in the next turn. Default: no end. */
  readonly roomPerTurn?: number
  readonly inputChannelCounts?: readonly number[]
  readonly parallelism?: number
  readonly subtaskIndex?: number
  /** What the operator starts from, and where its files are. */
  readonly restored?: RestoredOperatorState
  readonly files?: StateFiles
  /** Puts the bytes of a BytesBatch where `reserveBytes` says, as a source does. */
  readonly usesReservedBytes?: boolean
  readonly jobId?: string
  readonly attempt?: number
}

/** A batch that the operator emitted, copied when it did. */
export interface EmittedBatch {
  readonly kind: Batch['kind']
  readonly rowCount: number
  readonly text: string
  readonly rows: readonly Row[]
  readonly keyHashes: readonly number[] | undefined
}

/** A row of text and, where there is one, number. */
export type Row = readonly [word: string, count?: number]

/**
 * Drives one operator as a task does, and holds it to the contract:
 *
 * - a batch is borrowed: what was given to `processBatch` is overwritten when the call returns;
 * - no input while `drain` is false; `drain` and `finish` are called again when there is room or after `wake`;
 * - whoever emits without room fails;
 * - `close` leaves no memory, no file and no reader behind.
 */
export class OperatorHarness {
  readonly metrics = new TaskMetrics()
  readonly memory: BudgetMemoryManager
  readonly io = new FakeIOManager()
  readonly emitted: EmittedBatch[] = []
  readonly controls: ControlElement[] = []
  readonly reports: Record<string, number> = {}
  /** How often `drain` or `finish` answered false. */
  waits = 0
  private room: number
  private wasRefused = false
  private isWoken = false
  private onWake: (() => void) | undefined
  private failure: unknown
  private isClosed = false

  constructor(
    readonly operator: Operator,
    private readonly options: HarnessOptions = {},
  ) {
    this.memory = new BudgetMemoryManager(options.memoryBytes ?? 64 * 1024 * 1024)
    this.room = this.roomPerTurn
  }

  open(): this {
    this.operator.open(this.context(), this.output())
    return this
  }

  /** Waits until the operator takes input, then gives it a batch. */
  async process(batch: Batch, channel = 0): Promise<void> {
    await this.drained()
    this.giveRoom()
    const given = this.borrow(batch)
    this.operator.processBatch(given.batch, 0, channel)
    given.takeBack()
    this.throwFailure()
    if (this.operator.drain?.() === false) this.waits++
  }

  async processAll(batches: readonly Batch[]): Promise<this> {
    for (const batch of batches) await this.process(batch)
    return this
  }

  async drained(): Promise<void> {
    await this.untilTrue(() => this.operator.drain?.() ?? true)
  }

  async finish(): Promise<this> {
    await this.drained()
    await this.untilTrue(() => this.operator.finish())
    await this.drained()
    return this
  }

  /** Closes the operator and checks that nothing is left. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.operator.close()
    this.memory.verifyEmpty()
    if (this.io.files.size > 0) throw new Error(`${this.io.files.size} spill files are left`)
    if (this.io.openReaders > 0) throw new Error(`${this.io.openReaders} spill readers are left open`)
  }

  /** What is so now, written to its end: what an operator can be started from. What goes before the barrier has gone. */
  async snapshot(checkpointId: number): Promise<RestoredOperatorState> {
    return (await this.beginSnapshot(checkpointId)).finish()
  }

  /** Takes a snapshot that is written while the stream goes on. */
  async beginSnapshot(checkpointId: number, isIncremental = false): Promise<OperatorSnapshotWriting> {
    const {operator, options} = this
    await this.drained()
    await this.untilTrue(() => operator.prepareSnapshot?.(checkpointId) ?? true)
    const shared = isIncremental ? {sharedDirectory: '/shared'} : {}
    const request = {type: 'checkpoint', alignment: 'aligned', directory: '/chk', ...shared} as const
    const {keyed, lists} = operator.snapshotState?.({checkpointId, timestampMs: 0, options: request}) ?? {}
    const writing = keyed === undefined ? undefined : options.files?.begin(keyed)
    return {
      step: () => writing?.step(),
      finish: () => ({
        operatorId: OPERATOR_ID,
        keyed: writing === undefined ? [] : [writing.finish()],
        lists: lists ?? [],
      }),
    }
  }

  /** Everything from open to close; the rows that came out. */
  async run(batches: readonly Batch[]): Promise<readonly Row[]> {
    try {
      this.open()
      await this.processAll(batches)
      await this.finish()
    } finally {
      this.close()
    }
    return this.rows
  }

  get rows(): readonly Row[] {
    return this.emitted.flatMap((batch) => batch.rows)
  }

  get text(): string {
    return this.emitted.map((batch) => batch.text).join('')
  }

  /** The rows that came in plus those made, minus all that left: 0 when the ledger balances. */
  ledger(recordsIn: number): number {
    const {recordsExpanded, recordsCombined, recordsFiltered, recordsBad} = this.metrics.snapshot()
    const recordsOut = this.emitted.reduce((sum, batch) => sum + batch.rowCount, 0)
    return recordsIn + recordsExpanded - recordsOut - recordsCombined - recordsFiltered - recordsBad
  }

  private get roomPerTurn(): number {
    return this.options.roomPerTurn ?? Number.POSITIVE_INFINITY
  }

  private giveRoom(): void {
    this.room = this.roomPerTurn
    this.wasRefused = false
  }

  private async untilTrue(step: () => boolean): Promise<void> {
    for (;;) {
      this.giveRoom()
      this.isWoken = false
      this.throwFailure()
      const isDone = step()
      this.throwFailure()
      if (isDone) return
      this.waits++
      if (!this.wasRefused) await this.woken()
    }
  }

  private woken(): Promise<void> {
    if (this.isWoken || this.failure !== undefined) return Promise.resolve()
    return new Promise((resolve) => {
      this.onWake = resolve
    })
  }

  private wake(): void {
    this.isWoken = true
    this.onWake?.()
    this.onWake = undefined
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure
  }

  private borrow(batch: Batch): {readonly batch: Batch; readonly takeBack: () => void} {
    if (batch.kind === 'bytes') return this.borrowBytes(batch.bytes, batch.rowCount)
    if (batch.kind === 'objects') return {batch, takeBack: () => {}}
    const copy = inBuffers(structuredClone(batch) as ColumnBatch)
    return {batch: copy, takeBack: () => overwrite(copy)}
  }

  private borrowBytes(bytes: Uint8Array, rowCount: number) {
    const reserved = this.options.usesReservedBytes ? this.operator.reserveBytes?.(bytes.length) : undefined
    const own = reserved?.subarray(0, bytes.length) ?? Buffer.alloc(bytes.length)
    own.set(bytes)
    const takeBack = () => {
      if (reserved === undefined) own.fill(0x78)
    }
    return {batch: {kind: 'bytes', bytes: own, rowCount} as const, takeBack}
  }

  private output(): Output {
    return {
      emit: (batch) => {
        if (this.room <= 0) throw new Error('emitted without room')
        this.room--
        this.emitted.push(copyOf(batch))
      },
      emitControl: (element) => this.controls.push(element),
      hasRoom: () => {
        if (this.room > 0) return true
        this.wasRefused = true
        return false
      },
      reserveBytes: () => undefined,
    }
  }

  private context(): OperatorContext {
    const {options} = this
    return {
      operatorName: 'operator under test',
      operatorId: OPERATOR_ID,
      ...(options.restored === undefined ? {} : {restored: options.restored}),
      readStateFile: (file) => options.files?.read(file) ?? new Uint8Array(),
      jobId: options.jobId ?? '1'.repeat(32),
      subtaskIndex: options.subtaskIndex ?? 0,
      parallelism: options.parallelism ?? 1,
      maxParallelism: 128,
      attempt: options.attempt ?? 0,
      inputChannelCounts: options.inputChannelCounts ?? [1],
      metrics: this.metrics,
      memory: this.memory,
      io: this.io,
      nowMs: () => 0,
      wake: () => this.wake(),
      fail: (error) => {
        this.failure ??= error
        this.wake()
      },
      report: (key, count) => {
        this.reports[key] = (this.reports[key] ?? 0) + count
      },
    }
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', {ignoreBOM: true})

/** A block of text as a source gives it; `rowCount` counts its lines. */
export function textBatch(text: string | Uint8Array): Batch {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text
  let rowCount = bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0
  for (const byte of bytes) if (byte === 10) rowCount++
  return {kind: 'bytes', bytes, rowCount}
}

/** Rows of words, with their counts or (all rows without) as a tokenizer makes them. */
export function wordBatch(rows: readonly Row[]): ColumnBatch {
  const words = rows.map(([word]) => encoder.encode(word))
  // Offsets need not begin at 0, so they do not.
  const offsets = new Int32Array(rows.length + 1).fill(3)
  words.forEach((word, row) => {
    offsets[row + 1] = offsets[row] + word.length
  })
  const bytes = new Uint8Array(offsets[rows.length] + 2)
  words.forEach((word, row) => {
    bytes.set(word, offsets[row])
  })
  const column: Utf8Column = {type: 'utf8', bytes, offsets}
  const wordField = {name: 'word', type: 'utf8'} as const
  if (rows.length > 0 && rows.every(([, count]) => count === undefined)) {
    return {kind: 'columns', schema: {fields: [wordField]}, rowCount: rows.length, columns: [column]}
  }
  const counts: Float64Column = {type: 'f64', values: Float64Array.from(rows, ([, count]) => count ?? 1)}
  const schema = {fields: [wordField, {name: 'count', type: 'f64'} as const]}
  return {kind: 'columns', schema, rowCount: rows.length, columns: [column, counts]}
}

/** The same rows in batches of at most `rowsMax`. */
export function wordBatches(rows: readonly Row[], rowsMax: number): ColumnBatch[] {
  const batches: ColumnBatch[] = []
  for (let row = 0; row < rows.length; row += rowsMax) batches.push(wordBatch(rows.slice(row, row + rowsMax)))
  return batches
}

function copyOf(batch: Batch): EmittedBatch {
  const {kind, rowCount} = batch
  if (kind === 'bytes') return {kind, rowCount, text: decoder.decode(batch.bytes), rows: [], keyHashes: undefined}
  if (kind === 'objects') return {kind, rowCount, text: '', rows: [], keyHashes: undefined}
  const [words, counts] = batch.columns as [Utf8Column, Float64Column | undefined]
  const rows = Array.from({length: rowCount}, (_, row): Row => {
    const word = decoder.decode(words.bytes.subarray(words.offsets[row], words.offsets[row + 1]))
    return counts === undefined ? [word] : [word, counts.values[row]]
  })
  return {kind, rowCount, text: '', rows, keyHashes: batch.keyHashes && [...batch.keyHashes.subarray(0, rowCount)]}
}

/** Text in Buffers, as it comes from network segments: their `slice` is a view and no copy. */
function inBuffers(batch: ColumnBatch): ColumnBatch {
  const columns = batch.columns.map((column) =>
    column.type === 'utf8' ? {...column, bytes: Buffer.from(column.bytes)} : column,
  )
  return {...batch, columns}
}

function overwrite(batch: ColumnBatch): void {
  for (const column of batch.columns) {
    if (column.type === 'utf8') {
      column.bytes.fill(0x78)
      column.offsets.fill(0)
    } else column.values.fill(77)
  }
}
