import {setImmediate as nextTurn} from 'node:timers/promises'
import {type JobExecutionResult, jobExecutionResult, type ProgramHost, type ProgramJob, program} from '../api/index.js'
import {assignState} from '../checkpoint/index.js'
import {createWordKernel} from '../columns/index.js'
import {Configuration} from '../config/index.js'
import {type Duration, durationMs, FtsError, jobId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {Operator} from '../operators/index.js'
import {slotOperators} from '../task/index.js'
import {JobSnapshot} from './job-snapshot.js'
import {type Printed, withCapturedLines} from './line-capture.js'
import {LocalExecution, type LocalExecutionOptions} from './local-execution.js'
import {MemoryStateFiles} from './memory-state-files.js'
import {withPatience} from './patience.js'
import {PipelineLoad} from './pipeline-load.js'
import {checkSameJob, loadCount} from './program-loads.js'
import {ProgramRun} from './program-run.js'
import {SeededChoices} from './seeded-choices.js'
import {SourceScript} from './source-script.js'
import {TestOutput} from './test-output.js'
import {TestSource} from './test-source.js'
import {VirtualTime} from './virtual-time.js'

export interface JobDriverOptions {
  /** Of operators that name none. Default: 1. */
  readonly parallelism?: number
  /** Who works when, and how much at once: the same seed, the same run. Default: 0. */
  readonly seed?: number
  /** Processing time at the beginning, ms since the epoch. Default: 0. */
  readonly nowMs?: number
  /** Settings as `-D key=value` would make them. */
  readonly options?: Readonly<Record<string, string | number | boolean>>
  /** How long `run` waits for something outside (a promise, a file) before it gives up. Default: 4 s. */
  readonly patience?: Duration
  /** Steps (about a batch each) without a pause after which a job is taken for endless. Default: a million. */
  readonly stepsMax?: number
  /** State to start from: of the same pipeline, perhaps at another parallelism. */
  readonly restore?: JobSnapshot
}

export interface TestSourceOptions {
  readonly name?: string
  /** Subtasks of the source. Default: 1. */
  readonly parallelism?: number
}

// biome-ignore lint/suspicious/noExplicitAny: a stream of anything
type AnyStream = program.DataStream<any>

/** Streams by name. */
type Streams = Readonly<Record<string, AnyStream>>

/** A TestOutput for each of some streams. */
export type OutputsOf<S extends Streams> = {
  readonly [Name in keyof S]: S[Name] extends {print(): program.DataStreamSink<infer T>} ? TestOutput<T> : never
}

/**
 * Runs a pipeline in this thread: the engine's own tasks, operators, partitioners, serializers and watermarks, but no process, no
 * thread, no socket, and no time of its own. What is left to chance comes from a seed.
 *
 *   const job = new JobDriver({parallelism: 2, seed: 7})
 *   const readings = job.source<Reading>()
 *   const alerts = job.collect(() => detect(readings.stream))
 *   readings.emit({sensor: 'a', value: 99}, 1000).watermark(5000)
 *   await job.run()
 *   alerts.values
 *
 * What builds the pipeline is a function, because it is called for each subtask, as each slot loads a program: subtasks do not share the
 * objects that functions are.
 *
 * Errors   what fails the job is thrown by the call in which it fails.
 */
export class JobDriver {
  private readonly time: VirtualTime
  private readonly choices: SeededChoices
  private readonly host: ProgramHost
  private readonly patienceMs: number
  private readonly stepsMax: number
  private readonly scripts: SourceScript[] = []
  private readonly builders: (() => void)[] = []
  private readonly first: PipelineLoad
  private building: PipelineLoad | undefined
  private readonly kept: Printed = {stdout: [], stderr: []}
  private execution: Promise<LocalExecution> | undefined
  private jobs = 0
  private readonly restore: JobSnapshot | undefined
  private readonly stateFiles: MemoryStateFiles
  private checkpointId: number

  constructor({parallelism = 1, seed = 0, nowMs = 0, options = {}, ...limits}: JobDriverOptions = {}) {
    this.time = new VirtualTime(nowMs)
    this.choices = new SeededChoices(seed)
    this.patienceMs = durationMs(limits.patience ?? '4s', 'patience of a JobDriver')
    this.stepsMax = limits.stepsMax ?? 1_000_000
    this.restore = limits.restore
    this.stateFiles = new MemoryStateFiles(limits.restore?.files)
    this.checkpointId = limits.restore?.metadata.checkpointId ?? 0
    this.host = {
      defaults: {parallelism, jobName: 'test', configuration: configurationOf(options)},
      submit: () => Promise.reject(executedHere()),
    }
    this.first = new PipelineLoad(this.host, this.choices)
  }

  /** The environment, in a function that builds: for sources and settings of its own. Errors: `user` FTS_TEST_BUILDS_ELSEWHERE. */
  get env(): program.StreamExecutionEnvironment {
    return this.load('job.env').env
  }

  /** Processing time, ms since the epoch. */
  get processingTime(): number {
    return this.time.now()
  }

  /** What `print` has printed, line by line. */
  get printed(): readonly string[] {
    return this.kept.stdout
  }

  /** The same of `printToErr`. */
  get printedToErr(): readonly string[] {
    return this.kept.stderr
  }

  /** A source that says what the test lets it say. */
  source<T>({name = 'Test Source', parallelism = 1}: TestSourceOptions = {}): TestSource<T> {
    const scripts = Array.from({length: parallelism}, () => new SourceScript())
    this.scripts.push(...scripts)
    const declaration = {name, scripts}
    return new TestSource<T>(scripts, () => this.load('source.stream').streamOf(declaration) as program.DataStream<T>)
  }

  /**
   * Keeps what comes out of the stream that the function builds, or of several by name:
   * `const {sums, late} = job.collect(() => ({sums, late: sums.getSideOutput(LATE)}))`.
   */
  collect<T>(build: () => program.DataStream<T>): TestOutput<T>
  collect<S extends Streams>(build: () => S): OutputsOf<S>
  collect(build: () => AnyStream | Streams): unknown {
    const outputs: Record<string, TestOutput<unknown>> = {}
    let isOne = false
    this.build(() => {
      const built = build()
      isOne = built instanceof program.DataStream
      const streams = isOne ? {one: built as AnyStream} : (built as Streams)
      for (const [name, stream] of Object.entries(streams)) collectInto(stream, (outputs[name] ??= new TestOutput()))
    })
    return isOne ? outputs.one : outputs
  }

  /** Adds what the function builds: a pipeline with sinks of its own. Errors: what the methods refuse; `user` FTS_TEST_STARTED. */
  build(build: () => void): this {
    if (this.execution !== undefined) throw startedAlready()
    this.builders.push(build)
    this.within(this.first, build)
    return this
  }

  /** Lets everything happen that can happen now: with the input there is, at this time; promises that are fulfilled are taken. */
  async settle(): Promise<this> {
    await this.settled(await this.started())
    return this
  }

  /** Moves processing time, alarm by alarm; at each, everything happens that can. */
  async advanceTo(timestampMs: number): Promise<this> {
    const execution = await this.started()
    await this.settled(execution)
    while (this.time.ringNext(timestampMs)) await this.settled(execution)
    return this.settle()
  }

  advanceBy(duration: Duration): Promise<this> {
    return this.advanceTo(this.time.now() + durationMs(duration, 'advanceBy'))
  }

  /** Ends all sources and waits for the end of the job. Time does not move. Errors: what failed it; `user` FTS_TEST_WAITS. */
  async run(): Promise<JobExecutionResult> {
    const execution = await this.started()
    for (const script of this.scripts) script.end()
    return this.ended(execution)
  }

  /**
   * The state of the whole job, when all that can happen now has happened, as a checkpoint would hold it. The job goes on; another
   * JobDriver, with `restore`, starts from it. Errors: `user` FTS_TEST_NO_CHECKPOINT, FTS_TEST_WAITS.
   */
  async checkpoint(): Promise<JobSnapshot> {
    return this.checkpointOf(await this.started())
  }

  /**
   * Runs a whole program: a function that asks for an environment itself, builds jobs and executes them, one after the other. What it
   * answers is answered; what it printed is in `printed`. For each further subtask of a job it is called again, up to the job's `execute`.
   */
  runProgram<R>(main: () => R | Promise<R>): Promise<R> {
    const {defaults} = this.host
    return new ProgramRun(main, defaults, {
      start: (jobs, collectHere) => this.start(jobs, collectHere),
      ended: (execution) => this.ended(execution),
    }).run()
  }

  /** Cancels the job: what a test does in the middle of it. */
  async cancel(): Promise<void> {
    const execution = await this.started()
    execution.cancel()
  }

  private load(what: string): PipelineLoad {
    if (this.building !== undefined) return this.building
    throw new FtsError(
      'user',
      'FTS_TEST_BUILDS_ELSEWHERE',
      `${what} is for functions that build the pipeline: they are called for each subtask`,
      {},
      {tryThis: 'For example: job.collect(() => detect(readings.stream)).'},
    )
  }

  private within(load: PipelineLoad, build: () => void): void {
    this.building = load
    try {
      build()
    } finally {
      this.building = undefined
    }
  }

  private started(): Promise<LocalExecution> {
    this.execution ??= this.startPipeline()
    return this.execution
  }

  private async startPipeline(): Promise<LocalExecution> {
    const job = this.first.env.takeJob()
    const again = Array.from({length: loadCount(job) - 1}, () => this.loadAgain(job))
    return this.start([job, ...again], () => {
      throw new FtsError('user', 'FTS_TEST_BUILDS_ELSEWHERE', 'executeAndCollect is for programs', {}, TAKE_COLLECT)
    })
  }

  private loadAgain(first: ProgramJob): ProgramJob {
    const load = new PipelineLoad(this.host, this.choices)
    for (const build of this.builders) this.within(load, build)
    const job = load.env.takeJob()
    checkSameJob(first, job)
    return job
  }

  private async start(
    jobs: readonly ProgramJob[],
    collectHere: (collector: number) => Operator,
  ): Promise<LocalExecution> {
    const id = jobId(String(this.jobs++).padStart(32, '0'))
    const {time, choices, stepsMax, stateFiles} = this
    const kernel = () => createWordKernel({preferred: 'typescript'})
    const registry = withCapturedLines(slotOperators({timers: time, kernel}), this.kept)
    const graph = await jobs[0].plan(id)
    const restored = this.restoredOf(graph)
    const parts = {jobs, graph, time, choices, stepsMax, registry, collectHere, stateFiles, ...restored}
    const execution = new LocalExecution(parts)
    execution.start()
    return execution
  }

  /** Errors: `user` FTS_STATE_NOT_MAPPED, FTS_MAX_PARALLELISM. */
  private restoredOf({vertices}: JobGraphSpec): Pick<LocalExecutionOptions, 'restores' | 'splits'> {
    if (this.restore === undefined) return {restores: new Map(), splits: new Map()}
    const stored = {metadata: this.restore.metadata, folder: 'the JobSnapshot'}
    // Its snapshots have no data on its way.
    const restoring = vertices.map((vertex) => ({...vertex, inputs: []}))
    return assignState(stored, restoring, {allowsUnmapped: false})
  }

  private async checkpointOf(execution: LocalExecution): Promise<JobSnapshot> {
    await this.settled(execution)
    const checkpoint = execution.beginCheckpoint(++this.checkpointId)
    await this.settled(execution)
    while (!checkpoint.isComplete) {
      await withPatience(execution.woken(), this.patienceMs, () => this.waits(execution))
      await this.settled(execution)
    }
    const metadata = checkpoint.complete(execution.jobName)
    await this.settled(execution)
    return new JobSnapshot(metadata, this.stateFiles.files)
  }

  private async settled(execution: LocalExecution): Promise<void> {
    do {
      execution.settle()
      if (execution.isFinished) return
      // Promises are fulfilled meanwhile, and wake those who wait for them.
      await nextTurn()
    } while (execution.canGoOn)
  }

  private async ended(execution: LocalExecution): Promise<JobExecutionResult> {
    for (;;) {
      await this.settled(execution)
      if (execution.isFinished) break
      if (execution.awaitsCheckpoint) {
        await this.checkpointOf(execution)
        continue
      }
      await withPatience(execution.woken(), this.patienceMs, () => this.waits(execution))
    }
    const {jobId, jobName, counters, accumulators} = execution
    return jobExecutionResult({jobId, jobName, netRuntimeMs: 0, counters, accumulators})
  }

  private waits({unfinished}: LocalExecution): FtsError {
    const {nextAlarmMs} = this.time
    const alarm = nextAlarmMs === undefined ? '' : `; the next alarm rings at ${nextAlarmMs}, it is ${this.time.now()}`
    return new FtsError(
      'user',
      'FTS_TEST_WAITS',
      `the job has not ended: ${unfinished.join(', ')} waited ${this.patienceMs} ms for something outside${alarm}`,
      {waitedMs: this.patienceMs},
      {
        tryThis:
          nextAlarmMs === undefined
            ? 'A promise of a function or of a sink is never fulfilled, or an input never ends.'
            : 'Time moves only when the test moves it: advanceTo(ms) or advanceBy(duration) before run().',
      },
    )
  }
}

const TAKE_COLLECT = {tryThis: 'Use collect(() => stream), or runProgram(main).'}

function executedHere(): FtsError {
  const message = 'a pipeline under test is run by the test: leave execute() out'
  return new FtsError(
    'user',
    'FTS_TEST_BUILDS_ELSEWHERE',
    message,
    {},
    {tryThis: 'Or run a program: runProgram(main).'},
  )
}

function startedAlready(): FtsError {
  return new FtsError('user', 'FTS_TEST_STARTED', 'the job has been started: nothing can be added to it')
}

function configurationOf(options: NonNullable<JobDriverOptions['options']>): Configuration {
  // Every batch is sent at once: time does not pass by itself.
  const entries = {'execution.buffer-timeout.interval': '0', ...options}
  return Configuration.fromEntries(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, String(value)])),
  )
}

function collectInto(stream: AnyStream, output: TestOutput<unknown>): void {
  const sink = stream.sinkTo({
    createWriter: ({subtaskIndex: subtask}) => ({
      write: (value, {timestampMs}) => output.add({value, timestampMs, subtask}),
    }),
  })
  // Of as many subtasks as the stream has: what comes out is in the order of its subtasks.
  const [{from}] = stream.ends
  if (from.parallelism !== undefined) sink.setParallelism(from.parallelism)
}
