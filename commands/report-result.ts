import {exitCodeOf, OUTPUT_CLOSED, type TerminationSignal} from '../src/cluster/index.js'
import {FtsError} from '../src/core/index.js'
import type {JobResult} from '../src/metrics/index.js'
import {EXIT_CODES, exitCodeOfError} from './exit-codes.js'
import type {JobFlags} from './job-flags.js'
import {errorText} from './print-error.js'

/** Prints how a job ended, on stderr. Answers the exit code. */
export function reportResult(of: {
  readonly result: JobResult
  readonly signal: TerminationSignal | undefined
  readonly flags: JobFlags
}): number {
  const {result, signal, flags} = of
  if (signal !== undefined) return exitCodeOf(signal)
  if (result.error === undefined) return EXIT_CODES.ok
  // Whoever read stdout has read enough (`| head`): that is an end like any other.
  if (result.error.code === OUTPUT_CLOSED) return EXIT_CODES.ok
  const error = FtsError.fromData(result.error)
  process.stderr.write(errorText(error, flags.verbose))
  return exitCodeOfError(error)
}
