import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import {RecordOperator} from '../records/record-operator.js'
import {randomSequence} from './random-sequence.js'

/** Each record with the same probability, by chance that a seed fixes; subtasks draw differently. */
export class SampleOperator extends RecordOperator {
  private draw!: () => number

  /** `fraction` in [0, 1]. */
  constructor(
    private readonly fraction: number,
    private readonly seed: number,
  ) {
    super(undefined)
  }

  protected override opened(): void {
    this.draw = randomSequence(this.seed + this.context.subtaskIndex)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {draw, fraction, out} = this
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      if (draw() < fraction) {
        out.timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
        out.collect(values[row])
      }
      row++
    }
    return row
  }
}
