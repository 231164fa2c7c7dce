import {join} from 'node:path'
import type {JobExecutionResult, ProgramJob} from '../api/index.js'
import {FtsError, type JobId} from '../core/index.js'
import type {JobGraphSpec, JobModuleSpec} from '../graph/index.js'
import type {JobResult} from '../metrics/index.js'
import type {JobBundle} from './bundle-job.js'
import {CollectServer} from './collect-server.js'
import type {ProgramStart} from './load-program.js'

/** The socket in the run directory on which records of `executeAndCollect` arrive. */
const COLLECT_SOCKET = 'collect.sock'

export interface SubmissionOptions {
  readonly job: ProgramJob
  readonly jobId: JobId
  readonly bundle: JobBundle
  readonly start: Omit<ProgramStart, 'path'>
  readonly executionIndex: number
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
    /** Without the program, which has no place yet. */
    readonly graph: JobGraphSpec,
  ) {}

  /** Errors: `user`, from the inputs. */
  static async plan(options: SubmissionOptions): Promise<ProgramSubmission> {
    return new ProgramSubmission(options, await options.job.plan(options.jobId))
  }

  async prepare(runDirectory: string): Promise<JobGraphSpec> {
    const {job, bundle, start, executionIndex} = this.options
    const path = join(runDirectory, `job-${executionIndex}.mjs`)
    bundle.writeTo(path)
    const {digest, defaultParallelism, collectors} = job
    const jobModule: JobModuleSpec = {path, digest, executionIndex, defaultParallelism, ...start}
    if (collectors.length === 0) return {...this.graph, jobModule}
    const collectAddress = join(runDirectory, COLLECT_SOCKET)
    this.server = await CollectServer.listen(collectAddress, collectors)
    return {...this.graph, jobModule: {...jobModule, collectAddress}}
  }

  /** The job has ended. Answers what came of it; throws what failed it. */
  async end(result: JobResult): Promise<JobExecutionResult> {
    const error = errorOf(result)
    await this.server?.close(error)
    if (error !== undefined) throw error
    const {jobId, name, durationMs} = result.view
    return {jobId, jobName: name, netRuntimeMs: durationMs, counters: result.reports}
  }

  /** The cluster could not run the job at all. */
  async abandon(error: unknown): Promise<void> {
    await this.server?.close(error)
  }
}

function errorOf({status, error, view}: JobResult): FtsError | undefined {
  if (error !== undefined) return FtsError.fromData(error)
  if (status === 'FINISHED') return undefined
  const {jobId, name} = view
  return new FtsError('restartable', 'FTS_JOB_CANCELED', `the job "${name}" was cancelled`, {jobId})
}
