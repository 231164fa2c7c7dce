import type {AccumulatorSnapshot} from '../../core/index.js'
import type {Accumulator} from './accumulator.js'
import {requireNumber} from './require-number.js'

/** The mean of numbers; 0 if there are none, as in Flink. */
export class AverageAccumulator implements Accumulator<number> {
  private sum = 0
  private count = 0

  add(value: number): void {
    this.sum += requireNumber('AverageAccumulator', value)
    this.count++
  }

  getLocalValue(): number {
    return this.count === 0 ? 0 : this.sum / this.count
  }

  resetLocal(): void {
    this.sum = 0
    this.count = 0
  }

  /** @internal */
  snapshot(): AccumulatorSnapshot {
    return {type: 'AverageAccumulator', kind: 'average', sum: String(this.sum), count: this.count}
  }
}
