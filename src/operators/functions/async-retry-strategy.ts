import {type Duration, durationMs, FtsError} from '../../core/index.js'

/** Whether and when an asynchronous call is made again. The timeout of a record counts over all its attempts. */
export interface AsyncRetryStrategy<OUT> {
  /** `attempts` were made so far, at least 1. */
  canRetry(attempts: number): boolean
  /** How long to wait after this many attempts, in ms. */
  backoffMs(attempts: number): number
  ifResult(results: readonly OUT[]): boolean
  ifException(error: unknown): boolean
}

export interface AsyncRetryPredicates<OUT> {
  /** Results that are no good. Default: all are good. */
  readonly ifResult?: (results: readonly OUT[]) => boolean
  /** Errors that may pass. Default: all of them, unless `ifResult` is given alone. */
  readonly ifException?: (error: unknown) => boolean
}

export interface FixedDelayRetry<OUT> extends AsyncRetryPredicates<OUT> {
  /** Attempts after the first. */
  readonly maxAttempts: number
  readonly delay: Duration
}

export interface ExponentialBackoffRetry<OUT> extends AsyncRetryPredicates<OUT> {
  /** Attempts after the first. */
  readonly maxAttempts: number
  readonly initialDelay: Duration
  readonly maxDelay: Duration
  readonly multiplier: number
}

/** Retry with the same pause each time. Errors: `user` FTS_BAD_RETRY. Source: Flink 2.3 AsyncRetryStrategies.FixedDelayRetryStrategy. */
export function fixedDelayRetry<OUT>(options: FixedDelayRetry<OUT>): AsyncRetryStrategy<OUT> {
  const delayMs = durationMs(options.delay, 'delay of fixedDelayRetry')
  return strategyOf(options, () => delayMs)
}

/**
 * Retry with growing pauses: the initial delay, then each time the multiple of it, at most the greatest.
 * Errors: `user` FTS_BAD_RETRY. Source: Flink 2.3 AsyncRetryStrategies.ExponentialBackoffDelayRetryStrategy.
 */
export function exponentialBackoffRetry<OUT>(options: ExponentialBackoffRetry<OUT>): AsyncRetryStrategy<OUT> {
  const initialMs = durationMs(options.initialDelay, 'initialDelay of exponentialBackoffRetry')
  const maxMs = durationMs(options.maxDelay, 'maxDelay of exponentialBackoffRetry')
  if (!(options.multiplier >= 1)) throw badRetry(`multiplier is ${options.multiplier}, expected 1 or more`)
  return strategyOf(options, (attempts) => Math.min(initialMs * options.multiplier ** (attempts - 1), maxMs))
}

function strategyOf<OUT>(
  {maxAttempts, ifResult, ifException}: AsyncRetryPredicates<OUT> & {readonly maxAttempts: number},
  backoffMs: (attempts: number) => number,
): AsyncRetryStrategy<OUT> {
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1)
    throw badRetry(`maxAttempts is ${maxAttempts}, expected a whole number of 1 or more`)
  return {
    canRetry: (attempts) => attempts <= maxAttempts,
    backoffMs,
    ifResult: ifResult ?? (() => false),
    ifException: ifException ?? (() => ifResult === undefined),
  }
}

function badRetry(why: string): FtsError {
  return new FtsError('user', 'FTS_BAD_RETRY', `retry of asynchronous calls: ${why}`)
}
