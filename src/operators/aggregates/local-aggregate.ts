import type {Batch} from '../../columns/index.js'
import {assert, type ControlElement} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import {previewRecord} from '../records/preview-record.js'
import {userFunctionError} from '../records/user-function-error.js'
import type {AggregatePlan} from './aggregate-plan.js'
import {LocalGroups} from './local-groups.js'

/** Groups that are held at most: they go out, and are begun anew. */
export const LOCAL_GROUPS_MAX = 16_384

/**
 * `records.local-aggregate`: adds up records of equal keys before the shuffle, as Flink SQL's local aggregation does. A key may come out several
 * times; FinalAggregateOperator puts its partial records together. For bounded input: timestamps are not kept.
 */
export class LocalAggregateOperator implements Operator {
  private readonly groups: LocalGroups
  private context!: OperatorContext
  private output!: Output
  /** Records since groups last went out. */
  private recordsHeld = 0

  /** @internal */
  constructor(readonly plan: AggregatePlan) {
    this.groups = new LocalGroups(plan)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'objects', 'records are aggregated', {actual: batch.kind})
    let row = 0
    try {
      for (; row < batch.rowCount; row++) this.groups.add(batch.values[row] as Readonly<Record<string, unknown>>)
    } catch (error) {
      throw userFunctionError(this.context, `the record ${previewRecord(batch.values[row])}`, error)
    }
    this.recordsHeld += batch.rowCount
    if (this.groups.size >= LOCAL_GROUPS_MAX) this.flush()
  }

  processControl(element: ControlElement): void {
    this.flush()
    this.output.emitControl(element)
  }

  /** What is added up goes before the barrier, so there is no state. */
  prepareSnapshot(): boolean {
    this.flush()
    return true
  }

  finish(): boolean {
    this.flush()
    return true
  }

  close(): void {}

  private flush(): void {
    if (this.recordsHeld === 0) return
    const values = this.groups.take()
    this.context.metrics.add('recordsCombined', this.recordsHeld - values.length)
    this.recordsHeld = 0
    this.output.emit({kind: 'objects', rowCount: values.length, values})
  }
}
