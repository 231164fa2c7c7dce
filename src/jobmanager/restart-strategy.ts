import type {Configuration} from '../config/index.js'
import {OPTIONS} from '../config/index.js'

/** Decides whether a job is restarted after a failure, and when. Milliseconds; keeps what it has to remember. */
export interface RestartStrategy {
  /** A failure at this moment. */
  failed(nowMs: number): RestartDecision
}

export type RestartDecision =
  | {readonly restarts: true; readonly delayMs: number}
  /** `why` goes on after "was not restarted: "; undefined where nobody had asked for restarts. */
  | {readonly restarts: false; readonly why: string | undefined}

/**
 * The strategy that a job's settings name; without one, exponential delay for a job with checkpoints and none for others.
 * Source: Flink 2.3 RestartBackoffTimeStrategyFactoryLoader.
 */
export function restartStrategyOf(
  config: Pick<Configuration, 'get'>,
  of: {readonly hasCheckpoints: boolean; readonly random: () => number},
): RestartStrategy {
  switch (config.get(OPTIONS.restartStrategy).replace('-', '')) {
    case 'fixeddelay':
      return new FixedDelay(config.get(OPTIONS.fixedDelayAttempts), config.get(OPTIONS.fixedDelay))
    case 'failurerate':
      return new FailureRate({
        failuresMax: config.get(OPTIONS.failureRateMax),
        intervalMs: config.get(OPTIONS.failureRateInterval),
        delayMs: config.get(OPTIONS.failureRateDelay),
      })
    case 'exponentialdelay':
      return exponentialDelayOf(config, of.random)
    case '':
      return of.hasCheckpoints ? exponentialDelayOf(config, of.random) : new NoRestart()
    default:
      return new NoRestart()
  }
}

class NoRestart implements RestartStrategy {
  failed(): RestartDecision {
    return {restarts: false, why: undefined}
  }
}

class FixedDelay implements RestartStrategy {
  private used = 0

  constructor(
    private readonly attempts: number,
    private readonly delayMs: number,
  ) {}

  failed(): RestartDecision {
    this.used += 1
    if (this.used > this.attempts)
      return {restarts: false, why: `restart-strategy.fixed-delay.attempts (${this.attempts}) are used up`}
    return {restarts: true, delayMs: this.delayMs}
  }
}

class FailureRate implements RestartStrategy {
  private readonly failedAtMs: number[] = []

  constructor(
    private readonly of: {readonly failuresMax: number; readonly intervalMs: number; readonly delayMs: number},
  ) {}

  failed(nowMs: number): RestartDecision {
    const {failuresMax, intervalMs, delayMs} = this.of
    const isFull = this.failedAtMs.length === failuresMax
    if (isFull && nowMs - this.failedAtMs[0] <= intervalMs)
      return {restarts: false, why: `it failed more than ${failuresMax} times within ${intervalMs / 1000} s`}
    if (isFull) this.failedAtMs.shift()
    this.failedAtMs.push(nowMs)
    return {restarts: true, delayMs}
  }
}

interface Backoff {
  readonly initialMs: number
  readonly maxMs: number
  readonly multiplier: number
  readonly jitterFactor: number
  /** So long without a failure, and the pause is the first one again. */
  readonly resetMs: number
  /** Undefined: no limit. */
  readonly attemptsMax: number | undefined
  random(): number
}

/** Failures before the planned restart count as one. */
class ExponentialDelay implements RestartStrategy {
  private attempt = 0
  private nextRestartAtMs = Number.NEGATIVE_INFINITY

  constructor(private readonly of: Backoff) {}

  failed(nowMs: number): RestartDecision {
    if (nowMs < this.nextRestartAtMs) return {restarts: true, delayMs: this.nextRestartAtMs - nowMs}
    if (nowMs - this.nextRestartAtMs >= this.of.resetMs) this.attempt = 0
    this.attempt += 1
    const {attemptsMax} = this.of
    if (attemptsMax !== undefined && this.attempt > attemptsMax)
      return {restarts: false, why: `it failed ${this.attempt} times without a pause of ${this.of.resetMs / 1000} s`}
    const delayMs = this.delay()
    this.nextRestartAtMs = nowMs + delayMs
    return {restarts: true, delayMs}
  }

  private delay(): number {
    const {initialMs, maxMs, multiplier, jitterFactor, random} = this.of
    const plainMs = Math.min(maxMs, initialMs * multiplier ** (this.attempt - 1))
    const jitterMs = plainMs * jitterFactor * (2 * random() - 1)
    return Math.min(maxMs, Math.max(initialMs, plainMs + jitterMs))
  }
}

function exponentialDelayOf(config: Pick<Configuration, 'get'>, random: () => number): RestartStrategy {
  const attempts = config.get(OPTIONS.exponentialAttempts)
  return new ExponentialDelay({
    initialMs: config.get(OPTIONS.exponentialInitial),
    maxMs: config.get(OPTIONS.exponentialMax),
    multiplier: config.get(OPTIONS.exponentialMultiplier),
    jitterFactor: config.get(OPTIONS.exponentialJitter),
    resetMs: config.get(OPTIONS.exponentialReset),
    attemptsMax: attempts === 0 ? undefined : attempts,
    random,
  })
}
