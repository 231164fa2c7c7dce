import {setImmediate as nextTurn} from 'node:timers/promises'
import {
  type JobClient,
  type JobExecutionResult,
  type ProgramHost,
  type ProgramJob,
  program,
  programHost,
  setProgramHost,
} from '../api/index.js'
import {createWordKernel} from '../columns/index.js'
import {Configuration} from '../config/index.js'
import {ProgramSink} from '../connectors/index.js'
import {type Duration, durationMs, FtsError, jobId} from '../core/index.js'
import type {Operator} from '../operators/index.js'
import {slotOperators} from '../task/index.js'
import {type Printed, withCapturedLines} from './line-capture.js'
import {LocalExecution} from './local-execution.js'
import {withPatience} from './patience.js'
import {ScriptedSource} from './scripted-source.js'
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
}

export interface TestSourceOptions {
  readonly name?: string
  /** Subtasks of the source. Default: 1. */
  readonly parallelism?: number
}

/**
 * Runs a pipeline in this thread: the engine's own tasks, operators, partitioners, serializers and watermarks, but no process, no
 * thread, no socket, and no time of its own. What is left to chance comes from a seed.
 *
 *   const job = new JobDriver({parallelism: 2, seed: 7})
 *   const readings = job.source<Reading>()
 *   const alerts = job.collect(detect(readings.stream))
 *   readings.emit({sensor: 'a', value: 99}, 1000).watermark(5000)
 *   await job.run()
 *   alerts.values
 *
 * Errors   what fails the job is thrown by the call in which it fails.
 */
export class JobDriver {
  /** The environment to build the pipeline with, where sources and sinks of its own are wanted, too. */
  readonly env: program.StreamExecutionEnvironment
  private readonly time: VirtualTime
  private readonly choices: SeededChoices
  private readonly host: ProgramHost
  private readonly patienceMs: number
  private readonly stepsMax: number
  private readonly sources: TestSource<unknown>[] = []
  private readonly kept: Printed = {stdout: [], stderr: []}
  private execution: LocalExecution | undefined
  private jobs = 0

  constructor({
    parallelism = 1,
    seed = 0,
    nowMs = 0,
    options = {},
    patience = 4000,
    stepsMax = 1_000_000,
  }: JobDriverOptions = {}) {
    this.time = new VirtualTime(nowMs)
    this.choices = new SeededChoices(seed)
    this.patienceMs = durationMs(patience, 'patience of a JobDriver')
    this.stepsMax = stepsMax
    this.host = {
      defaults: {parallelism, jobName: 'test', configuration: configurationOf(options)},
      submit: (job) => this.submit(job),
    }
    this.env = program.StreamExecutionEnvironment.of(this.host).setParallelism(parallelism)
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
    const stream = this.env.addSource<T>({
      kind: 'source',
      name,
      worksOn: 'records',
      inputs: [],
      parallelism,
      maker: {kind: 'program', make: () => ({kind: 'source', source: new ScriptedSource(scripts, this.choices)})},
    })
    const source = new TestSource<T>(stream, scripts)
    this.sources.push(source as TestSource<unknown>)
    return source
  }

  /** A sink that keeps what comes out of a stream. */
  collect<T>(stream: program.DataStream<T>): TestOutput<T> {
    const output = new TestOutput<T>()
    const sink = stream.sinkTo({
      createWriter: ({subtaskIndex: subtask}) => ({
        write: (value, {timestampMs}) => output.add({value, timestampMs, subtask}),
      }),
    })
    // Of as many subtasks as the stream has: what comes out is in the order of its subtasks.
    const [{from}] = stream.ends
    if (from.parallelism !== undefined) sink.setParallelism(from.parallelism)
    return output
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
    return this.ended(await this.started())
  }

  /**
   * Runs a whole program: a function that asks for an environment itself, builds a job and executes it. What it answers is answered;
   * what it printed is in `printed`.
   */
  async runProgram<R>(main: () => R | Promise<R>): Promise<R> {
    const before = programHost()
    setProgramHost(this.host)
    try {
      return await main()
    } finally {
      if (before !== undefined) setProgramHost(before)
    }
  }

  /** Cancels the job: what the test does in the middle of it. */
  async cancel(): Promise<void> {
    const execution = await this.started()
    execution.cancel()
  }

  private async started(): Promise<LocalExecution> {
    this.execution ??= await this.start(this.env.takeJob())
    return this.execution
  }

  private async submit(job: ProgramJob): Promise<JobClient> {
    const execution = await this.start(job)
    const result = this.ended(execution)
    result.then(
      () => endCollectors(job, undefined),
      (error) => endCollectors(job, error),
    )
    return {jobId: execution.jobId, cancel: () => execution.cancel(), result}
  }

  private async start(job: ProgramJob): Promise<LocalExecution> {
    const id = jobId(String(this.jobs++).padStart(32, '0'))
    const timers = this.time
    const registry = slotOperators({timers, kernel: () => createWordKernel({preferred: 'typescript'})})
    const execution = new LocalExecution({
      job,
      graph: await job.plan(id),
      time: this.time,
      choices: this.choices,
      stepsMax: this.stepsMax,
      registry: withCapturedLines(registry, this.kept),
      collectHere: (collector) => collectorSink(job, collector),
    })
    execution.start()
    return execution
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
    for (const source of this.sources) source.end()
    for (;;) {
      await this.settled(execution)
      if (execution.isFinished) break
      await withPatience(execution.woken(), this.patienceMs, () => this.waits(execution))
    }
    const {jobName, counters} = execution
    return {jobId: execution.jobId, jobName, netRuntimeMs: 0, counters}
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

function configurationOf(options: NonNullable<JobDriverOptions['options']>): Configuration {
  // Every batch is sent at once: time does not pass by itself.
  const entries = {'execution.buffer-timeout.interval': '0', ...options}
  return Configuration.fromEntries(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, String(value)])),
  )
}

function collectorSink(job: ProgramJob, collector: number): Operator {
  const write = (value: unknown) => void job.collectors[collector].receive([value])
  return new ProgramSink({createWriter: () => ({write})})
}

function endCollectors(job: ProgramJob, error: unknown): void {
  for (const receiver of job.collectors) receiver.end(error)
}
