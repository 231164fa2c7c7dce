import type {AggregateFunction} from '../../state/index.js'
import {decodeValue, encodeValue} from '../../types/index.js'
import {userFunctionError} from '../records/user-function-error.js'
import type {HeldRecord} from './held-record.js'
import {HeldRecordsOperator} from './held-records.js'

/** One result over all records of a subtask, when its input has ended; none of no record. Its event time is that of the last one. */
export class PartitionFoldOperator<IN = unknown, ACC = unknown, OUT = unknown> extends HeldRecordsOperator<unknown> {
  private folded: {readonly accumulator: ACC; readonly timestampMs: number} | undefined

  constructor(private readonly fold: AggregateFunction<IN, ACC, OUT>) {
    super(fold)
  }

  protected keep({value, timestampMs}: HeldRecord<unknown>): void {
    const before = this.folded === undefined ? this.fold.createAccumulator() : this.folded.accumulator
    this.folded = {accumulator: this.fold.add(value as IN, before), timestampMs}
  }

  protected *stored(): Iterable<unknown> {
    if (this.folded !== undefined) yield encodeValue(this.folded)
  }

  /** Of several subtasks, where the parallelism has changed. */
  protected override restore(stored: readonly unknown[]): void {
    for (const one of stored) {
      const {accumulator, timestampMs} = decodeValue(one as Uint8Array) as {accumulator: ACC; timestampMs: number}
      const {folded, fold} = this
      if (folded !== undefined && fold.merge === undefined)
        throw new TypeError('the aggregate function has no merge(), which is needed to go on at another parallelism')
      this.folded =
        folded === undefined
          ? {accumulator, timestampMs}
          : {accumulator: fold.merge!(folded.accumulator, accumulator), timestampMs}
    }
  }

  protected *release(isEnd: boolean): Iterable<HeldRecord<unknown>> {
    const {folded} = this
    if (!isEnd || folded === undefined) return
    this.folded = undefined
    yield {value: this.resultOf(folded.accumulator), timestampMs: folded.timestampMs}
  }

  private resultOf(accumulator: ACC): OUT {
    try {
      return this.fold.getResult(accumulator)
    } catch (error) {
      throw userFunctionError(this.context, 'the result of the partition', error)
    }
  }
}
