import type {Batch} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import {decodeValue, encodeValue} from '../../types/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import type {OperatorSnapshot} from '../snapshots.js'
import {firstRows} from './first-rows.js'

const LEFT = 'rows-left'

/** `rows.limit`: hands on the first `limit` rows of its subtask and counts the others as filtered. */
export class LimitOperator implements Operator {
  private context!: OperatorContext
  private output!: Output

  constructor(private left: number) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    const left = context.restored?.lists.filter(({name}) => name === LEFT).flatMap(({elements}) => elements)
    if (left !== undefined && left.length > 0)
      this.left = Math.max(...left.map((bytes) => decodeValue(bytes) as number))
  }

  snapshotState(): OperatorSnapshot {
    return {lists: [{name: LEFT, distribution: 'split', elements: [encodeValue(this.left)]}]}
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'columns', 'rows.limit gets columns', {actual: batch.kind})
    const taken = Math.min(this.left, batch.rowCount)
    this.left -= taken
    this.context.metrics.add('recordsFiltered', batch.rowCount - taken)
    if (taken > 0) this.output.emit(firstRows(batch, taken))
  }

  finish(): boolean {
    return true
  }

  close(): void {}
}
