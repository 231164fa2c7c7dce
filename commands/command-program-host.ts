import {isatty} from 'node:tty'
import type {JobClient, JobExecutionResult, ProgramHost, ProgramJob} from '../src/api/index.js'
import {type JobHandle, newJobId, OUTPUT_CLOSED} from '../src/cluster/index.js'
import type {FtsError} from '../src/core/index.js'
import {type JobBundle, ProgramHistory, type ProgramStart, ProgramSubmission} from '../src/job/index.js'
import type {JobFlags} from './job-flags.js'
import type {BundleHost} from './run-bundle.js'
import {type JobEnd, runJob} from './run-job.js'

export interface CommandProgramHostOptions {
  readonly defaults: ProgramHost['defaults']
  readonly bundle: JobBundle
  readonly start: Omit<ProgramStart, 'path'>
  readonly flags: JobFlags
  /** Adds to a job's error the place in the program that it came from. */
  readonly locate: (error: FtsError) => FtsError
}

/** Runs the jobs of a program for `fts run`, each on a cluster of its own, and prints what comes of them. */
export class CommandProgramHost implements BundleHost {
  readonly defaults: ProgramHost['defaults']
  /** Of the last job that ended. */
  exitCode = 0
  /** Resolves with the exit code when the program shall not go on. */
  readonly interrupted: Promise<number>
  private interrupt: (exitCode: number) => void = () => {}
  private executions = 0
  private readonly history = new ProgramHistory()
  private running = 0
  private readonly reported = new WeakSet<object>()

  constructor(private readonly options: CommandProgramHostOptions) {
    this.defaults = options.defaults
    this.interrupted = new Promise((resolve) => {
      this.interrupt = resolve
    })
  }

  hasExecuted(): boolean {
    return this.executions > 0
  }

  isExecuting(): boolean {
    return this.running > 0
  }

  /** Whether this is the failure of a job, which has been printed. */
  hasReported(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.reported.has(error)
  }

  async submit(job: ProgramJob): Promise<JobClient> {
    this.executions += 1
    const {bundle, start} = this.options
    const {history} = this
    const notify = (notice: string) => this.options.flags.quiet === true || process.stderr.write(`${notice}\n`)
    const submission = await ProgramSubmission.plan({job, jobId: newJobId(), bundle, start, history, notify})
    return new Promise((resolve, reject) => {
      this.running += 1
      const ended = this.run(job, submission, (handle) => resolve(clientOf(handle, ended)))
      ended.catch(reject).finally(() => {
        this.running -= 1
      })
    })
  }

  private async run(
    job: ProgramJob,
    submission: ProgramSubmission,
    onRunning: (handle: JobHandle) => void,
  ): Promise<JobExecutionResult> {
    const end = await this.runJob(job, submission, onRunning)
    this.exitCode = end.exitCode
    // Interrupted, or nobody reads the output any more: the program has nothing left to do.
    if (end.signal !== undefined || end.result.error?.code === OUTPUT_CLOSED) this.interrupt(end.exitCode)
    try {
      return submission.end(end.result)
    } catch (error) {
      this.reported.add(error as FtsError)
      throw error
    }
  }

  private async runJob(
    job: ProgramJob,
    submission: ProgramSubmission,
    onRunning: (handle: JobHandle) => void,
  ): Promise<JobEnd> {
    try {
      return await runJob({
        graph: submission.graph,
        prepare: (runDirectory) => submission.prepare(runDirectory),
        configuration: job.configuration,
        flags: this.options.flags,
        terminalIsBusy: terminalIsBusy(job),
        showsOutput: true,
        locate: this.options.locate,
        onRunning,
      })
    } catch (error) {
      submission.abandon(error)
      throw error
    }
  }
}

function clientOf(handle: JobHandle, result: Promise<JobExecutionResult>): JobClient {
  return {jobId: handle.jobId, cancel: () => handle.cancel(), result}
}

function terminalIsBusy({prints}: ProgramJob): string | undefined {
  if (prints.readsStdin && isatty(0)) return 'the job reads what is typed at the same terminal'
  if (prints.stdout && isatty(1)) return 'the job prints to the same terminal'
  return prints.stderr ? 'the job prints to stderr' : undefined
}
