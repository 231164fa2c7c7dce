/** A record whose asynchronous call is under way, or whose results wait for their turn. */
export class AsyncEntry<IN = unknown, OUT = unknown> {
  /** Calls made so far. */
  attempts = 0
  /** The next call has been put off until then. */
  retryAlarm: {cancel(): void} | undefined = undefined
  hasTimedOut = false
  /** The outcome, once there is one. */
  results: readonly OUT[] | undefined = undefined

  constructor(
    readonly value: IN,
    readonly timestampMs: number,
    readonly deadlineMs: number,
  ) {}
}
