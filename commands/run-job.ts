import {isatty} from 'node:tty'
import {type JobHandle, runInForeground, slotsPerTaskManager, type TerminationSignal} from '../src/cluster/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {FtsError} from '../src/core/index.js'
import type {JobGraphSpec} from '../src/graph/index.js'
import type {JobResult} from '../src/metrics/index.js'
import {displayKind} from './display-kind.js'
import {JobDisplay} from './job-display.js'
import type {JobFlags} from './job-flags.js'
import {LastWords} from './last-words.js'
import {Notices} from './notices.js'
import {reportResult} from './report-result.js'
import {verboseLog} from './verbose-log.js'

export interface JobRun {
  readonly graph: JobGraphSpec
  /** What the job needs to have in the run directory before it is submitted; answers the graph that uses it. */
  readonly prepare?: (runDirectory: string) => Promise<JobGraphSpec>
  readonly configuration: Configuration
  readonly flags: JobFlags
  /** What the terminal is used for while the job runs, if it cannot show anything else. */
  readonly terminalIsBusy: string | undefined
  /** Adds to an error the place in the program that it came from. */
  readonly locate?: (error: FtsError) => FtsError
  /** What functions write to their console is shown on stderr. */
  readonly showsOutput?: boolean
  /** The job has been submitted. */
  readonly onRunning?: (job: JobHandle) => void
}

export interface JobEnd {
  readonly exitCode: number
  readonly result: JobResult
  /** It was interrupted. */
  readonly signal: TerminationSignal | undefined
}

/** Runs a job on a cluster of its own, shows how it goes, and prints what came of it. */
export async function runJob(run: JobRun): Promise<JobEnd> {
  const {graph, prepare, configuration, flags, terminalIsBusy} = run
  const kind = displayKind({tui: flags.tui, stderrIsTerminal: isatty(2), terminalIsBusy, env: process.env})
  const numTaskManagers = configuration.get(OPTIONS.numTaskManagers)
  const say = (text: string) => display?.say(text)
  // The summary in JSON has what notices say.
  const log = verboseLog(flags, flags.quiet === true || flags.json ? () => {} : say)
  const lastWords = new LastWords()
  const notices = new Notices()
  let display: JobDisplay | undefined
  const {result, signal} = await runInForeground({
    graph: prepare ?? graph,
    configuration,
    numTaskManagers,
    slotsPerTaskManager: configuration.get(OPTIONS.slotsPerTaskManager) || slotsPerTaskManager(graph, numTaskManagers),
    log,
    onTaskManagerLine: (taskManagerId, line) => {
      log.write('info', line, {from: taskManagerId})
      lastWords.hear(taskManagerId, line)
      if (run.showsOutput === true && !flags.verbose && notices.isNew(line)) say(`${line}\n`)
    },
    onRunning: (job) => {
      display = new JobDisplay(kind, job)
      run.onRunning?.(job)
    },
    beforeOutput: async () => display?.close(),
  })
  const shown = withPlace(result, run.locate)
  // What was shown when it came is not said again.
  const unheard = run.showsOutput === true ? '' : lastWords.text
  return {result: shown, signal, exitCode: reportResult({result: shown, signal, flags, lastWords: unheard})}
}

function withPlace(result: JobResult, locate: JobRun['locate']): JobResult {
  if (result.error === undefined || locate === undefined) return result
  return {...result, error: locate(FtsError.fromData(result.error)).toData()}
}
