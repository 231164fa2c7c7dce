import type {AccumulatorSnapshot} from '../../core/index.js'
import type {Accumulator} from './accumulator.js'
import {requireNumber} from './require-number.js'

/** How often each whole number was added, by number, in rising order. Meant for a moderate number of different ones. */
export class Histogram implements Accumulator<number, ReadonlyMap<number, number>> {
  private readonly counts = new Map<number, number>()

  add(value: number): void {
    const number = requireNumber('Histogram', value, true)
    this.counts.set(number, (this.counts.get(number) ?? 0) + 1)
  }

  getLocalValue(): ReadonlyMap<number, number> {
    return new Map(this.sorted())
  }

  resetLocal(): void {
    this.counts.clear()
  }

  /** @internal */
  snapshot(): AccumulatorSnapshot {
    return {type: 'Histogram', kind: 'histogram', counts: this.sorted()}
  }

  private sorted(): [number, number][] {
    return [...this.counts].sort(([one], [other]) => one - other)
  }
}
