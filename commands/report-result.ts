import {exitCodeOf, OUTPUT_CLOSED, TASK_MANAGER_LOST, type TerminationSignal} from '../src/cluster/index.js'
import {FtsError} from '../src/core/index.js'
import {formatReports, formatSummary, type JobResult, summarizeJob} from '../src/metrics/index.js'
import {EXIT_CODES, exitCodeOfError} from './exit-codes.js'
import type {JobFlags} from './job-flags.js'
import {errorText} from './print-error.js'

/** Prints how a job ended, on stderr: an error if there is one, then the summary. Answers the exit code. */
export function reportResult(of: {
  readonly result: JobResult
  readonly signal: TerminationSignal | undefined
  readonly flags: JobFlags
  /** Of TaskManagers; for the case that one is lost. */
  readonly lastWords: string
}): number {
  const {result, signal, flags, lastWords} = of
  // Whoever read stdout has read enough (`| head`): that is an end like any other, and a quiet one.
  const outputClosed = result.error?.code === OUTPUT_CLOSED
  const error = result.error === undefined || outputClosed ? undefined : FtsError.fromData(result.error)
  if (error !== undefined) process.stderr.write(errorText(error, flags.verbose))
  // With --verbose they have been printed when they came.
  if (error?.code === TASK_MANAGER_LOST && !flags.verbose) process.stderr.write(lastWords)
  if (flags.json) process.stderr.write(`${JSON.stringify(summarizeJob(result))}\n`)
  else if (error === undefined && !outputClosed) process.stderr.write(summaryText(result, flags))
  if (signal !== undefined) return exitCodeOf(signal)
  return error === undefined ? EXIT_CODES.ok : exitCodeOfError(error)
}

function summaryText(result: JobResult, {verbose, quiet}: JobFlags): string {
  const summary = summarizeJob(result)
  const text = quiet === true ? formatReports(summary) : formatSummary(summary, {verbose})
  return text === '' ? '' : `${text}\n`
}
