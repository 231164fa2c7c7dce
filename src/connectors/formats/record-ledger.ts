import type {TaskMetrics} from '../../metrics/index.js'

/**
 * Keeps the books of an operator that turns lines into records (see TASK_COUNTERS): lines in = records out + left out + bad, where a
 * record of several lines counts the rest as combined.
 */
export class RecordLedger {
  private open = 0

  constructor(private readonly metrics: TaskMetrics) {}

  linesIn(count: number): void {
    this.open += count
  }

  recordsOut(count: number): void {
    this.open -= count
  }

  /** Header, comments, blank lines. */
  recordsLeft(count: number): void {
    this.open -= count
    this.metrics.add('recordsFiltered', count)
  }

  /** The caller counts `recordsBad`. */
  recordBad(): void {
    this.open -= 1
  }

  /** Everything that came in has been dealt with: what is left over are the further lines of records (or, where a line end is not `\n`, records beyond lines). */
  settle(): void {
    if (this.open > 0) this.metrics.add('recordsCombined', this.open)
    else if (this.open < 0) this.metrics.add('recordsExpanded', -this.open)
    this.open = 0
  }
}
