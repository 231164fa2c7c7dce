import type {JobClient, ProgramHost, ProgramJob} from '../src/api/index.js'
import {FtsError, jobId} from '../src/core/index.js'
import type {JobGraphSpec} from '../src/graph/index.js'
import type {BundleHost} from './run-bundle.js'

/** Looks at the first job that a program executes; the program does not go on from there. */
export class DescribingHost implements BundleHost {
  readonly exitCode = 0
  readonly interrupted: Promise<number>
  private executions = 0
  private isDescribing = false
  private end: (exitCode: number) => void = () => {}

  constructor(
    readonly defaults: ProgramHost['defaults'],
    private readonly describe: (job: ProgramJob, graph: JobGraphSpec) => void,
  ) {
    this.interrupted = new Promise((resolve) => {
      this.end = resolve
    })
  }

  hasExecuted(): boolean {
    return this.executions > 0
  }

  isExecuting(): boolean {
    return this.isDescribing
  }

  hasReported(): boolean {
    return false
  }

  async submit(job: ProgramJob): Promise<JobClient> {
    if (this.executions++ > 0) throw new FtsError('invariant', 'FTS_INVARIANT', 'the program does not go on')
    this.isDescribing = true
    try {
      this.describe(job, await job.plan(jobId('')))
    } finally {
      this.isDescribing = false
    }
    this.end(0)
    return new Promise(() => {})
  }
}
