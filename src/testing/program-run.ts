import {
  type JobClient,
  type JobExecutionResult,
  type ProgramHost,
  type ProgramJob,
  programHost,
  setProgramHost,
} from '../api/index.js'
import {ProgramSink} from '../connectors/index.js'
import {FtsError} from '../core/index.js'
import type {Operator} from '../operators/index.js'
import type {LocalExecution} from './local-execution.js'
import {checkSameJob, loadCount} from './program-loads.js'

export interface ProgramRunParts {
  start(jobs: readonly ProgramJob[], collectHere: (collector: number) => Operator): Promise<LocalExecution>
  ended(execution: LocalExecution): Promise<JobExecutionResult>
}

/** What the program has seen of a job that has ended, for its further loads. */
interface PastJob {
  readonly collected: unknown[][]
  readonly result: Promise<JobExecutionResult>
}

/**
 * A whole program under test. It is called once, and its jobs run when it executes them; for each further subtask of a job it is called
 * again, sees what came of the jobs before, and does not come back from the one that is wanted: as when a slot loads it.
 */
export class ProgramRun<R> {
  private readonly past: PastJob[] = []

  constructor(
    private readonly main: () => R | Promise<R>,
    private readonly defaults: ProgramHost['defaults'],
    private readonly parts: ProgramRunParts,
  ) {}

  async run(): Promise<R> {
    const before = programHost()
    const host: ProgramHost = {defaults: this.defaults, submit: (job) => this.submit(job, host)}
    setProgramHost(host)
    try {
      return await this.main()
    } finally {
      if (before !== undefined) setProgramHost(before)
    }
  }

  private async submit(job: ProgramJob, host: ProgramHost): Promise<JobClient> {
    const jobs = await this.loads(job)
    setProgramHost(host)
    const collected = job.collectors.map((): unknown[] => [])
    const execution = await this.parts.start(jobs, (collector) => collectorSink(job, collector, collected[collector]))
    const result = this.parts.ended(execution)
    this.past.push({collected, result})
    result.then(
      () => endCollectors(job, undefined),
      (error) => endCollectors(job, error),
    )
    return {jobId: execution.jobId, cancel: () => execution.cancel(), result}
  }

  private async loads(first: ProgramJob): Promise<readonly ProgramJob[]> {
    const jobs = [first]
    for (let subtask = 1; subtask < loadCount(first); subtask++) {
      const job = await this.loadAgain()
      checkSameJob(first, job)
      jobs.push(job)
    }
    return jobs
  }

  /** Errors: those of the program; `user` FTS_NONDETERMINISTIC_GRAPH where it does not execute again. */
  private loadAgain(): Promise<ProgramJob> {
    const wanted = this.past.length
    let executions = 0
    return new Promise((resolve, reject) => {
      const submit = (job: ProgramJob): Promise<JobClient> => {
        const index = executions++
        if (index < wanted) return replay(this.past[index], job)
        resolve(job)
        return new Promise(() => {})
      }
      setProgramHost({defaults: this.defaults, submit})
      // A program that comes to its end has not stopped at the job that is wanted.
      Promise.resolve()
        .then(this.main)
        .then(() => reject(didNotExecute()), reject)
    })
  }
}

async function replay({collected, result}: PastJob, job: ProgramJob): Promise<JobClient> {
  for (const [collector, records] of collected.entries()) job.collectors[collector].receive(records)
  result.then(
    () => endCollectors(job, undefined),
    (error) => endCollectors(job, error),
  )
  return {jobId: '', cancel: () => {}, result}
}

function collectorSink(job: ProgramJob, collector: number, kept: unknown[]): Operator {
  const write = (value: unknown) => {
    kept.push(value)
    job.collectors[collector].receive([value])
  }
  return new ProgramSink({createWriter: () => ({write})})
}

function endCollectors(job: ProgramJob, error: unknown): void {
  for (const receiver of job.collectors) receiver.end(error)
}

function didNotExecute(): FtsError {
  return new FtsError(
    'user',
    'FTS_NONDETERMINISTIC_GRAPH',
    'the program called execute() the first time, but not when it was called again for another subtask',
    {},
    {tryThis: 'Call execute() in every load of the program.'},
  )
}
