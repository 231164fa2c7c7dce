import {type ErrorDetails, FtsError} from './errors.js'

/**
 * States what must hold, in the positive. A false condition is our bug and throws an `invariant` error
 * that carries `details` (expected and actual values).
 */
export function assert(condition: boolean, statement: string, details: ErrorDetails = {}): asserts condition {
  if (condition) return
  const values = Object.entries(details)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ')
  throw new FtsError('invariant', 'FTS_INVARIANT', values === '' ? statement : `${statement} (${values})`, details)
}

/** Marks the branch that a complete switch never reaches. */
export function unreachable(value: never): never {
  throw new FtsError('invariant', 'FTS_INVARIANT', `no case for ${JSON.stringify(value)}`)
}
