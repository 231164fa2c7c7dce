import type {HeldRecord} from './held-record.js'
import {HeldRecordsOperator} from './held-records.js'
import {randomSequence} from './random-sequence.js'

/**
 * So many records, each subset equally likely, when the input has ended; in the order in which they came.
 *
 * Source   Vitter 1985, "Random Sampling with a Reservoir", ACM TOMS 11(1), algorithm R.
 */
export class ReservoirOperator extends HeldRecordsOperator {
  private readonly kept: {readonly place: number; readonly record: HeldRecord}[] = []
  private seen = 0
  private readonly draw: () => number

  constructor(
    private readonly count: number,
    seed: number,
  ) {
    super()
    this.draw = randomSequence(seed)
  }

  protected keep(record: HeldRecord): void {
    const place = this.seen++
    if (place < this.count) {
      this.kept.push({place, record})
      return
    }
    const at = Math.floor(this.draw() * this.seen)
    if (at < this.count) this.kept[at] = {place, record}
  }

  protected *stored(): Iterable<unknown> {
    yield this.seen
    yield* this.kept
  }

  /** Chance goes on where it was. */
  protected override restore([seen, ...kept]: readonly unknown[]): void {
    this.seen = seen as number
    this.kept.push(...(kept as typeof this.kept))
    for (let drawn = this.count; drawn < this.seen; drawn++) this.draw()
  }

  protected *release(isEnd: boolean): Iterable<HeldRecord> {
    if (isEnd) for (const {record} of this.kept.sort((a, b) => a.place - b.place)) yield record
  }
}
