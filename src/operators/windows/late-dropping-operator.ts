import type {Namespace, VoidNamespace} from '../../state/index.js'
import {KeyedRecordOperator} from '../records/keyed-record-operator.js'

/**
 * A keyed operator that gathers records, and drops those that come too late. In the ledger a gathered record is combined, a dropped one
 * is filtered.
 */
export abstract class LateDroppingOperator<N extends Namespace = VoidNamespace> extends KeyedRecordOperator<N> {
  /** Flink's counter of this name. */
  numLateRecordsDropped = 0
  /** Dropped since the last time the books were settled. */
  private dropped = 0

  protected override get missing() {
    return 'recordsCombined' as const
  }

  protected dropLate(): void {
    this.numLateRecordsDropped += 1
    this.dropped += 1
  }

  /** A record that belongs to no window (a slide longer than the size leaves gaps). */
  protected dropUnassigned(): void {
    this.dropped += 1
  }

  protected override settle(): void {
    const {metrics} = this.context
    const before = metrics.get('recordsCombined')
    super.settle()
    if (this.dropped === 0) return
    const combined = Math.min(this.dropped, metrics.get('recordsCombined') - before)
    metrics.add('recordsCombined', -combined)
    metrics.add('recordsExpanded', this.dropped - combined)
    metrics.add('recordsFiltered', this.dropped)
    this.dropped = 0
  }

  protected override closeParts(): void {
    if (this.numLateRecordsDropped > 0) this.context.report('late records dropped', this.numLateRecordsDropped)
    super.closeParts()
  }
}
