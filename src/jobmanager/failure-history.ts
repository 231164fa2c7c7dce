import type {ErrorData} from '../core/index.js'
import type {FailureView} from '../metrics/index.js'
import type {Execution} from './execution.js'

/** A job's failures, newest first, up to `web.exception-history-size` of them. */
export class FailureHistory {
  /** All there were, also those that are forgotten. */
  count = 0
  private readonly failures: FailureView[] = []

  /** `before`: those of leaders before, newest first. */
  constructor(
    private readonly sizeMax: number,
    before: readonly FailureView[] = [],
  ) {
    this.failures.push(...before.slice(0, sizeMax))
    this.count = this.failures.length
  }

  get all(): readonly FailureView[] {
    return this.failures
  }

  add(of: {readonly atMs: number; readonly error: ErrorData; readonly execution: Execution | undefined}): void {
    const {atMs, error, execution} = of
    const {code, message, kind} = error
    const last = this.failures[0]
    // A neighbour of the same attempt that tells the same once more.
    if (last?.message === message && last.attempt !== undefined && last.attempt === execution?.attempt) return
    const taskManagerId = execution?.slot?.location.taskManagerId
    this.count += 1
    this.failures.unshift({
      atMs,
      kind,
      code,
      message,
      ...(error.stack === undefined ? {} : {stack: error.stack}),
      ...(execution === undefined ? {} : {task: execution.title, attempt: execution.attempt}),
      ...(taskManagerId === undefined ? {} : {taskManagerId}),
    })
    this.failures.length = Math.min(this.failures.length, this.sizeMax)
  }
}
