import type {Batch} from '../columns/index.js'
import type {ControlElement} from '../core/index.js'
import {assert} from '../core/index.js'
import type {Operator, Output} from '../operators/index.js'

/** One operator in a running chain, with what the task must know between two calls. */
export class ChainNode {
  /** The operator still has to emit or waits for `wake`: it gets no input until `tryDrain` says so. */
  private pending = false
  private finished = false

  constructor(
    readonly name: string,
    readonly operator: Operator,
    readonly output: Output,
  ) {}

  process(batch: Batch, inputIndex: number, channel: number): void {
    assert(!this.pending, 'an operator that still drains gets no input', {operator: this.name})
    this.operator.processBatch(batch, inputIndex, channel)
    this.noteDrain()
  }

  processControl(element: ControlElement, inputIndex: number, channel: number): void {
    if (this.operator.processControl === undefined) {
      this.output.emitControl(element)
      return
    }
    this.operator.processControl(element, inputIndex, channel)
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

  /** Goes on with what was left; true when nothing is. */
  tryDrain(): boolean {
    if (this.pending) this.noteDrain()
    return !this.pending
  }

  /** Ends the operator's input; true when it has said everything. */
  tryFinish(): boolean {
    if (!this.finished) this.finished = this.operator.finish()
    return this.finished
  }

  private noteDrain(): void {
    this.pending = this.operator.drain !== undefined && !this.operator.drain()
  }
}
