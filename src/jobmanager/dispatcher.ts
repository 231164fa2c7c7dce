import {Configuration} from '../config/index.js'
import {type ExecutionAttemptId, FtsError, type JobId, type TaskManagerId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {JobResult, JobView} from '../metrics/index.js'
import {JobMaster} from './job-master.js'
import {jobResult, jobView} from './job-view.js'
import type {Outbox} from './outbox.js'
import type {RecoveredJob} from './recovered-job.js'
import type {TaskManagerRecord} from './task-manager-record.js'

export interface DispatcherOptions {
  readonly cancellationTimeoutMs: number
  readonly defaultCheckpointDirectory: string
  readonly outbox: Outbox
  /** What another leader must know of the jobs is stored. */
  readonly isStored: boolean
  random(): number
  isLost(taskManagerId: TaskManagerId): boolean
  taskManagers(): readonly TaskManagerRecord[]
}

/** Accepts jobs, gives each a JobMaster, and keeps the register of all that ran and run. */
export class Dispatcher {
  private readonly jobs = new Map<JobId, JobMaster>()

  constructor(private readonly options: DispatcherOptions) {}

  /** Errors: `user` `FTS_DUPLICATE_JOB`, and what the graph's own checks throw. */
  submit(graph: JobGraphSpec, recovered?: RecoveredJob): void {
    const {jobId, name} = graph
    if (this.jobs.has(jobId))
      throw new FtsError('user', 'FTS_DUPLICATE_JOB', `the job ${jobId} ("${name}") has been submitted before`, {jobId})
    const {outbox} = this.options
    const config = Configuration.fromEntries(graph.config)
    const resultOf = (job: JobMaster, status: JobResult['status']) =>
      jobResult(job, status, this.viewOf(job, outbox.nowMs))
    const job = new JobMaster({...this.options, graph, config, recovered, resultOf})
    this.jobs.set(jobId, job)
    job.start()
  }

  job(jobId: JobId): JobMaster | undefined {
    return this.jobs.get(jobId)
  }

  /** The jobs that have not ended. */
  running(): JobMaster[] {
    return [...this.jobs.values()].filter((job) => !job.isEnded)
  }

  /** The job to which an attempt on a TaskManager belongs, unless it has ended. */
  jobOf(attemptId: ExecutionAttemptId, taskManagerId: TaskManagerId): JobMaster | undefined {
    return this.running().find((job) => job.runs(attemptId, taskManagerId))
  }

  viewOf(job: JobMaster, nowMs: number): JobView {
    return jobView(job, this.options.taskManagers(), nowMs)
  }
}
