import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS, type OperatorListState} from '../../core/index.js'
import {decodeValue, encodeValue} from '../../types/index.js'
import {RecordOperator} from '../records/record-operator.js'

const STATE = 'records-taken'

/** The first records; when they are there, no more input is wanted. */
export class HeadOperator extends RecordOperator {
  private taken = 0

  /** `count`: a whole number, 0 or more. */
  constructor(private readonly count: number) {
    super(undefined)
  }

  hasEnough(): boolean {
    return this.taken >= this.count && !this.out.isBlocked
  }

  protected override ownLists(): readonly OperatorListState[] {
    return [{name: STATE, distribution: 'split', elements: [encodeValue(this.taken)]}]
  }

  protected override opened(): void {
    for (const {name, elements} of this.context.restored?.lists ?? [])
      if (name === STATE) for (const element of elements) this.taken += decodeValue(element) as number
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {out} = this
    let row = 0
    for (; row < rowCount && this.taken < this.count; row++) {
      if (out.isBlocked) return row
      out.timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.collect(values[row])
      this.taken += 1
    }
    return rowCount
  }
}
