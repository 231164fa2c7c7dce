import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type JobExecutionResult, jobExecutionResult, type ProgramJob} from '../api/index.js'
import {FtsError, type JobId} from '../core/index.js'
import type {JobGraphSpec, JobModuleSpec} from '../graph/index.js'
import type {JobResult} from '../metrics/index.js'
import type {JobBundle} from './bundle-job.js'
import {CollectServer} from './collect-server.js'
import {jobOutcome} from './finished-job.js'
import type {ProgramStart} from './load-program.js'
import {encodePastJobs} from './past-jobs.js'
import type {JobMemory, ProgramHistory} from './program-history.js'

export interface SubmissionOptions {
  readonly job: ProgramJob
  readonly jobId: JobId
  readonly bundle: JobBundle
  readonly start: Omit<ProgramStart, 'path'>
  /** Hears what was found in the inputs: a sentence for whoever started the program. */
  readonly notify?: (notice: string) => void
  /** Of the program that the job belongs to. */
  readonly history: ProgramHistory
}

/**
 * A program's job on its way into a cluster: the graph with its inputs, the bundle in the run directory, the place where collected
 * records arrive.
 *
 *   plan ─▶ prepare (in the cluster's run directory) ─▶ … job runs … ─▶ end
 */
export class ProgramSubmission {
  private server: CollectServer | undefined

  private constructor(
    private readonly options: SubmissionOptions,
    private readonly memory: JobMemory,
    /** Without the program, which has no place yet. */
    readonly graph: JobGraphSpec,
  ) {}

  /** Errors: `user`, from the inputs. */
  static async plan(options: SubmissionOptions): Promise<ProgramSubmission> {
    const {job, jobId, history} = options
    const memory = history.begin(jobId, job.collectors.length)
    try {
      return new ProgramSubmission(options, memory, await job.plan(jobId, options.notify))
    } catch (error) {
      memory.refused(error)
      throw error
    }
  }

  async prepare(runDirectory: string): Promise<JobGraphSpec> {
    const {job, bundle, start} = this.options
    const {executionIndex, past} = this.memory
    const path = join(runDirectory, `job-${executionIndex}.mjs`)
    bundle.writeTo(path)
    if (past.length > 0) writeFileSync(pastPathOf(path), encodePastJobs(past))
    const {digest, defaultParallelism, collectors} = job
    const jobModule: JobModuleSpec = {path, digest, executionIndex, defaultParallelism, ...start}
    if (collectors.length === 0) return {...this.graph, jobModule}
    const collectAddress = join(runDirectory, `collect-${executionIndex}.sock`)
    this.server = await CollectServer.listen(collectAddress, collectors, this.memory)
    return {...this.graph, jobModule: {...jobModule, collectAddress}}
  }

  /** The job has ended. Answers what came of it; throws what failed it. */
  end(jobResult: JobResult): JobExecutionResult {
    const error = errorOf(jobResult)
    if (error !== undefined) {
      this.abandon(error)
      throw error
    }
    const outcome = jobOutcome(jobResult)
    this.memory.finished(outcome)
    this.server?.close(undefined)
    return jobExecutionResult(outcome)
  }

  /** The job has failed, or the cluster could not run it at all. */
  abandon(error: unknown): void {
    this.memory.failed(FtsError.from(error))
    this.server?.close(error)
  }
}

/** Where a slot finds what the program had seen of its earlier jobs. */
export function pastPathOf(bundlePath: string): string {
  return `${bundlePath}.past`
}

function errorOf({status, error, view}: JobResult): FtsError | undefined {
  if (error !== undefined) return FtsError.fromData(error)
  if (status === 'FINISHED') return undefined
  const {jobId, name} = view
  return new FtsError('restartable', 'FTS_JOB_CANCELED', `the job "${name}" was cancelled`, {jobId})
}
