import type {TaskMetrics} from '../../metrics/index.js'

/**
 * Books an operator that makes words of lines, so that its ledger balances at any time: more words than lines are
 * `recordsExpanded`, fewer are `recordsFiltered` (lines without a word).
 */
export class ExpansionLedger {
  private lines = 0
  private words = 0
  private expanded = 0
  private filtered = 0

  constructor(private readonly metrics: TaskMetrics) {}

  addLines(count: number): void {
    this.lines += count
  }

  addWords(count: number): void {
    this.words += count
    this.settle()
  }

  /** Brings the counters up to the totals; after the last line, and whenever words were added. */
  settle(): void {
    const expanded = Math.max(0, this.words - this.lines)
    const filtered = Math.max(0, this.lines - this.words)
    if (expanded !== this.expanded) this.metrics.add('recordsExpanded', expanded - this.expanded)
    if (filtered !== this.filtered) this.metrics.add('recordsFiltered', filtered - this.filtered)
    this.expanded = expanded
    this.filtered = filtered
  }
}
