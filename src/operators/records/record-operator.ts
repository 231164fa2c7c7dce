import type {Batch, ObjectBatch} from '../../columns/index.js'
import {assert, type ControlElement, type OperatorListState} from '../../core/index.js'
import type {KeyedStateBackend} from '../../state/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import type {OperatorSnapshot, SnapshotRequest} from '../snapshots.js'
import {type StateGrowth, stateGrowthOf} from '../state-growth.js'
import {CombinedWatermark} from './combined-watermark.js'
import {FunctionLife} from './function-life.js'
import {ownBatch} from './own-batch.js'
import {previewRecord} from './preview-record.js'
import {RecordOutput} from './record-output.js'
import {userFunctionError} from './user-function-error.js'

/** The rows of a batch that were not handled for want of room. */
interface Rest {
  readonly batch: ObjectBatch
  readonly inputIndex: number
}

/**
 * Base of operators over batches of objects. An operator says what to do with rows (`processRows`) and with watermarks; the base
 * keeps what is left when there is no room, opens and closes the user's function, names it in errors, and books the ledger.
 *
 *   processBatch ─▶ processRows ─ all rows ─▶ flush
 *                        └ blocked: the rest of the batch is copied ─ drain ─▶ processRows …
 */
export abstract class RecordOperator implements Operator {
  protected context!: OperatorContext
  protected output!: Output
  protected out!: RecordOutput
  protected life!: FunctionLife
  /** The row in hand, for messages. */
  protected row = 0
  private rest: Rest | undefined = undefined
  /** Records handled since the last `settle`. */
  protected recordsIn = 0
  /** The record that may have more results to give, while the output is blocked. */
  private inHand: unknown = undefined
  private readonly recordInHand = () => `the record ${previewRecord(this.inHand)}`
  private readonly continueInHand = () => this.continueRecord()

  /** Event time over all inputs. */
  protected readonly time: CombinedWatermark

  /** `userFunction` is opened and closed if it has these methods; undefined where there is none. */
  constructor(
    private readonly userFunction: unknown,
    inputCount = 1,
  ) {
    this.time = new CombinedWatermark(inputCount)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.out = new RecordOutput(output)
    const keyed = this.openParts(context)
    this.life = new FunctionLife(this.userFunction, context, keyed)
    this.life.open()
    this.opened()
  }

  processBatch(batch: Batch, inputIndex: number): void {
    assert(batch.kind === 'objects', 'a record operator gets objects', {actual: batch.kind})
    this.run(batch, inputIndex)
  }

  drain(): boolean {
    if (!this.life.isOpen || !this.out.tryFlush()) return false
    if (!this.guarded(this.recordInHand, this.continueInHand)) return false
    const {rest} = this
    this.rest = undefined
    if (rest === undefined) this.flushed()
    else this.run(rest.batch, rest.inputIndex, true)
    return this.rest === undefined && !this.out.isBlocked && this.drainMore()
  }

  processControl(element: ControlElement, inputIndex: number): void {
    if (element.kind === 'watermark') this.processWatermark(element.timestampMs, inputIndex)
    else if (element.kind === 'streamStatus') this.processStatus(element.status === 'idle', inputIndex)
    else this.emitControl(element)
  }

  finish(): boolean {
    if (!this.drain() || !this.finishMore()) return false
    this.settle()
    return true
  }

  snapshotState(request: SnapshotRequest): OperatorSnapshot {
    const lists = [...this.life.snapshot(request), ...this.ownLists()]
    return lists.length === 0 ? {} : {lists}
  }

  checkpointCompleted(checkpointId: number): void {
    this.life.checkpointCompleted(checkpointId)
  }

  checkpointAborted(checkpointId: number): void {
    this.life.checkpointAborted(checkpointId)
  }

  close(): void {
    this.closeParts()
    this.life?.close()
  }

  stateGrowth(): readonly StateGrowth[] {
    return stateGrowthOf(this.userFunction)
  }

  /** Creates what the operator works with, before the function is opened; answers the keyed state, if there is any. */
  protected openParts(_context: OperatorContext): KeyedStateBackend | undefined {
    return undefined
  }

  /** The function has been opened; unless its `open` answered a promise, then it is still at it. */
  protected opened(): void {}

  protected closeParts(): void {}

  /** State of the operator that belongs to no key. */
  protected ownLists(): readonly OperatorListState[] {
    return []
  }

  /**
   * Handles the rows, setting `row` before each call of the function; stops after a row that leaves `out.isBlocked`.
   * Answers the number of rows that were handled.
   */
  protected abstract processRows(batch: ObjectBatch, inputIndex: number): number

  /** Goes on with the record in hand, where its results did not all have room; true when it has no more. */
  protected continueRecord(): boolean {
    return true
  }

  /** Goes on with other things than rows; see `Operator.drain`. */
  protected drainMore(): boolean {
    return true
  }

  /** Emits what is left at the end; see `Operator.finish`. */
  protected finishMore(): boolean {
    return true
  }

  protected processWatermark(timestampMs: number, inputIndex: number): void {
    if (this.time.advance(inputIndex, timestampMs)) this.onWatermark(this.time.watermarkMs)
  }

  protected processStatus(isIdle: boolean, inputIndex: number): void {
    const wasIdle = this.time.isIdle
    if (this.time.changeStatus(inputIndex, isIdle)) this.onWatermark(this.time.watermarkMs)
    if (this.time.isIdle !== wasIdle) this.emitControl({kind: 'streamStatus', status: isIdle ? 'idle' : 'active'})
  }

  /** Event time has come to here over all inputs. Ends in `emitControl` of the watermark, now or in a later `drainMore`. */
  protected onWatermark(timestampMs: number): void {
    this.emitControl({kind: 'watermark', timestampMs})
  }

  /** Hands a control element on, after all that was collected before. */
  protected emitControl(element: ControlElement): void {
    this.output.emitControl(element)
  }

  /** Runs the user's code outside of rows (a timer, a periodic watermark); `at` says what it was about. */
  protected guarded<R>(at: () => string, run: () => R): R {
    try {
      const result = run()
      this.out.throwFailure()
      return result
    } catch (error) {
      throw this.out.isFromDownstream(error) ? error : userFunctionError(this.context, at(), error)
    }
  }

  /** Hands on what was made outside of rows; false while it has to wait. */
  protected flushed(): boolean {
    this.out.flush()
    this.settle()
    return !this.out.isBlocked
  }

  /** Books the records in and out since the last time: what is more was expanded, what is less was filtered. */
  protected settle(): void {
    const surplus = this.out.takeCount() - this.recordsIn
    this.recordsIn = 0
    if (surplus > 0) this.context.metrics.add('recordsExpanded', surplus)
    else if (surplus < 0) this.context.metrics.add(this.missing, -surplus)
  }

  /** Rows were handled; for operators whose results come later, they count later. */
  protected countRows(rowCount: number): void {
    this.recordsIn += rowCount
  }

  /** What became of records for which nothing came out. */
  protected get missing(): 'recordsFiltered' | 'recordsCombined' {
    return 'recordsFiltered'
  }

  private run(batch: ObjectBatch, inputIndex: number, isOwn = false): void {
    let next: number
    try {
      next = this.processRows(batch, inputIndex)
      this.out.throwFailure()
    } catch (error) {
      if (this.out.isFromDownstream(error)) throw error
      throw userFunctionError(this.context, `the record ${previewRecord(batch.values[this.row])}`, error)
    }
    if (this.out.isBlocked) this.inHand = batch.values[this.row]
    if (next < batch.rowCount) this.rest = {batch: next === 0 && isOwn ? batch : ownBatch(batch, next), inputIndex}
    this.countRows(next)
    this.flushed()
  }
}
