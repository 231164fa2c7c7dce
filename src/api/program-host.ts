import type {Configuration} from '../config/index.js'
import type {JobExecutionResult} from './job-execution-result.js'
import type {ProgramJob} from './program-job.js'

/** What an environment starts with; what a program sets itself goes before it. */
export interface ProgramDefaults {
  /** Of operators for which neither the program nor its environment says one. */
  readonly parallelism: number
  /** Of jobs that are given no name. */
  readonly jobName: string
  readonly configuration: Configuration
}

/** A job that was submitted. */
export interface JobClient {
  readonly jobId: string
  /** Asks the job to stop; the result tells when it has. */
  cancel(): void
  /** Settles when the job has ended. Errors: what failed the job; `restartable` FTS_JOB_CANCELED if it was cancelled. */
  readonly result: Promise<JobExecutionResult>
}

/**
 * Who runs a program, and so what `execute` means: the command line submits the job, a slot only looks at what was built, `fts
 * info` describes it. Where a program shall not go on, the promise of `submit` stays open.
 */
export interface ProgramHost {
  readonly defaults: ProgramDefaults
  submit(job: ProgramJob): Promise<JobClient>
  /** The host of another file than the one that was started; absent where there is one program only. */
  forProgram?(file: string): ProgramHost
}

let host: ProgramHost | undefined

/** Names who runs the programs that ask for an environment from now on. */
export function setProgramHost(next: ProgramHost): void {
  host = next
}

export function programHost(): ProgramHost | undefined {
  return host
}
