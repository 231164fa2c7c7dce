import type {FtsError} from '../src/core/index.js'

/** What docs/exit-codes.md says; a signal's codes (129, 130, 143) come from the cluster. */
export const EXIT_CODES = {ok: 0, jobFailed: 1, wrongUse: 2, ourBug: 70} as const

/** By what the error means: somebody's mistake, the world's or ours. */
export function exitCodeOfError(error: FtsError): number {
  if (error.kind === 'user') return EXIT_CODES.wrongUse
  if (error.kind === 'invariant') return EXIT_CODES.ourBug
  return EXIT_CODES.jobFailed
}
