import {readFileSync} from 'node:fs'
import {type JobClient, type ProgramFunctions, type ProgramHost, type ProgramJob, setProgramHost} from '../api/index.js'
import {Configuration} from '../config/index.js'
import {FtsError} from '../core/index.js'
import type {JobModuleSpec} from '../graph/index.js'
import type {Timers} from '../platform/index.js'
import {jobNameOf} from './job-name.js'
import {loadProgram} from './load-program.js'
import {decodePastJobs, type PastJob} from './past-jobs.js'
import {pastPathOf} from './program-submission.js'
import {replayPastJob} from './replay-past-job.js'
import {withoutOutput} from './without-output.js'

interface SlotProgramsParts {
  readonly timers: Timers
}

/**
 * The programs of the jobs that a slot runs. A program is loaded once; it builds its job again, and what it builds has the functions that
 * the tasks need. One program is loaded at a time.
 */
export class SlotPrograms {
  private readonly loaded = new Map<string, ProgramFunctions>()

  constructor(private readonly parts: SlotProgramsParts) {}

  /** Undefined before `load`. */
  functionsOf({path}: JobModuleSpec): ProgramFunctions | undefined {
    return this.loaded.get(path)
  }

  /** Errors: `user` FTS_NONDETERMINISTIC_GRAPH if it builds something else than where it was started; those of the program. */
  async load(spec: JobModuleSpec, config: Readonly<Record<string, string>>): Promise<void> {
    const host = new SlotProgramHost(spec, Configuration.fromEntries(config))
    setProgramHost(host)
    withoutStandardInput(spec)
    const job = await withoutOutput(() =>
      Promise.race([host.built, loadProgram(spec, host).then(() => Promise.reject(didNotExecute(spec)))]),
    )
    const {collectAddress} = spec
    this.loaded.set(spec.path, job.functions({...this.parts, collectAddress}))
  }
}

/** Looks at what the program built in the `execute` call that is wanted; the program does not come back from there. */
class SlotProgramHost implements ProgramHost {
  readonly defaults: ProgramHost['defaults']
  readonly built: Promise<ProgramJob>
  private executions = 0
  /** What the program saw of the jobs before the one that is wanted. */
  private readonly past: readonly PastJob[]
  private found: (job: ProgramJob) => void = () => {}
  private refused: (error: FtsError) => void = () => {}

  constructor(
    private readonly spec: JobModuleSpec,
    configuration: Configuration,
  ) {
    const {defaultParallelism: parallelism, entryPath} = spec
    this.defaults = {parallelism, jobName: jobNameOf(entryPath), configuration}
    this.past = spec.executionIndex === 0 ? [] : decodePastJobs(readFileSync(pastPathOf(spec.path)))
    this.built = new Promise((resolve, reject) => {
      this.found = resolve
      this.refused = reject
    })
  }

  hasExecuted(): boolean {
    return this.executions > 0
  }

  isExecuting(): boolean {
    return false
  }

  submit(job: ProgramJob): Promise<JobClient> {
    const index = this.executions++
    if (index < this.spec.executionIndex) return replayPastJob(this.past[index], job)
    if (job.digest === this.spec.digest) this.found(job)
    else this.refused(otherGraph(this.spec))
    return new Promise(() => {})
  }
}

/** Its text is in the process that was started, and would be missing here without a word. */
function withoutStandardInput({entryPath}: JobModuleSpec): void {
  Object.defineProperty(process, 'stdin', {
    configurable: true,
    get() {
      throw new FtsError(
        'user',
        'FTS_STDIN_IN_PROGRAM',
        `${entryPath} reads process.stdin to build its job; slots build the job again, and standard input can be read only once`,
        {entryPath},
        {tryThis: 'Read it as a stream, with env.fromStdin(), or give the program a file.'},
      )
    },
  })
}

function otherGraph({entryPath}: JobModuleSpec): FtsError {
  return new FtsError(
    'user',
    'FTS_NONDETERMINISTIC_GRAPH',
    'the program built another job in a slot than where it was started: each load of it must build the same operators',
    {entryPath},
    {
      tryThis:
        'What the job consists of must not depend on the time, on chance, or on what is read from outside; arguments and ' +
        'environment variables are the same everywhere.',
    },
  )
}

function didNotExecute({entryPath}: JobModuleSpec): FtsError {
  return new FtsError(
    'user',
    'FTS_NONDETERMINISTIC_GRAPH',
    `${entryPath} called execute() where it was started, but not when it was loaded in a slot`,
    {entryPath},
    {tryThis: 'Call execute() in every load of the program.'},
  )
}
