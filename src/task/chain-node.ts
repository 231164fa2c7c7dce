import type {Batch} from '../columns/index.js'
import {assert, type ControlElement, MAX_TIMESTAMP_MS, type OperatorId} from '../core/index.js'
import type {Operator} from '../operators/index.js'
import type {TaskOutput} from './outputs.js'

/** A control element that waits for its operator, and where it came from. */
interface HeldControl {
  readonly element: ControlElement
  readonly inputIndex: number
  readonly channel: number
}

/**
 * One operator in a running chain, with what the task must know between two calls.
 *
 * An operator that still drains gets nothing: control elements wait here in order, and batches do not come, because whoever sends
 * them asks `hasRoom`.
 */
export class ChainNode {
  /** The operator still has to emit or waits for `wake`: it gets no input until `tryDrain` says so. */
  private pending = false
  private finished = false
  /** Something happened outside of a call: `drain` is asked although nothing is pending. */
  private woken = false
  private held: HeldControl[] = []
  /** The end of event time, of an operator that does not care for time: it goes on when the operator has said everything. */
  private endOfTime: ControlElement | undefined = undefined

  constructor(
    readonly name: string,
    readonly operator: Operator,
    readonly output: TaskOutput,
    readonly operatorId: OperatorId,
  ) {}

  process(batch: Batch, inputIndex: number, channel: number): void {
    assert(!this.pending, 'an operator that still drains gets no input', {operator: this.name})
    this.operator.processBatch(batch, inputIndex, channel)
    this.noteDrain()
  }

  processControl(element: ControlElement, inputIndex: number, channel: number): void {
    const control = {element, inputIndex, channel}
    if (this.pending) {
      this.held.push(control)
      return
    }
    this.takeControl(control)
    this.noteDrain()
  }

  channelFinished(inputIndex: number, channel: number): void {
    this.operator.channelFinished?.(inputIndex, channel)
    this.noteDrain()
  }

  /** Whether the operator takes input now, and what it makes has room. */
  hasRoom(): boolean {
    return !this.pending && this.output.hasRoom()
  }

  /** Nothing that came would be used: the operator has all it wants, or all who get its results have. */
  hasEnough(): boolean {
    return this.operator.hasEnough?.() === true || this.output.hasEnough()
  }

  /** The operator may be pending from its beginning: its function is still being opened. */
  noteOpened(): void {
    this.noteDrain()
  }

  noteWake(): void {
    this.woken = true
  }

  /** Goes on with what was left; true when nothing is. */
  tryDrain(): boolean {
    if (this.pending || this.woken) {
      this.woken = false
      this.noteDrain()
    }
    return !this.pending
  }

  /** What must not wait behind the barrier goes out; true when it has. Only while nothing drains. */
  tryPrepareSnapshot(checkpointId: number): boolean {
    if (this.operator.prepareSnapshot === undefined) return true
    const isPrepared = this.operator.prepareSnapshot(checkpointId)
    this.noteDrain()
    return isPrepared
  }

  /** Ends the operator's input; true when it has said everything. */
  tryFinish(): boolean {
    if (this.finished) return true
    this.finished = this.operator.finish()
    if (this.finished && this.endOfTime !== undefined) this.output.emitControl(this.endOfTime)
    return this.finished
  }

  private noteDrain(): void {
    this.pending = this.isDraining()
    while (!this.pending && this.held.length > 0) {
      this.takeControl(this.held.shift()!)
      this.pending = this.isDraining()
    }
  }

  private isDraining(): boolean {
    return this.operator.drain !== undefined && !this.operator.drain()
  }

  private takeControl({element, inputIndex, channel}: HeldControl): void {
    if (this.operator.processControl !== undefined) this.operator.processControl(element, inputIndex, channel)
    else if (element.kind === 'watermark' && element.timestampMs === MAX_TIMESTAMP_MS) this.endOfTime = element
    else this.output.emitControl(element)
  }
}
