import {Configuration} from '../config/index.js'
import {
  type CsvReadOptions,
  type JsonReadOptions,
  ProgramSource,
  type SchemaOption,
  type Source,
} from '../connectors/index.js'
import {type Duration, durationMs, FtsError} from '../core/index.js'
import {planJson} from '../graph/index.js'
import type {WatermarkStrategy} from '../operators/index.js'
import type {TypeClass, TypeSerializer} from '../types/index.js'
import {buildProgram, type ProgramSpec} from './build-program.js'
import {CheckpointConfig, type CheckpointingMode} from './checkpoint-config.js'
import {elementsSource, type ParallelCollection, parallelSource, sequenceSource} from './element-sources.js'
import {FileSource} from './file-source.js'
import {type AnyRecord, Formats, type RecordOf, type SourceFormat} from './formats.js'
import {type GeneratorOptions, generatorSource} from './generator-source.js'
import type {JobExecutionResult} from './job-execution-result.js'
import {heardBy, type JobListener} from './job-listener.js'
import {knownOptions} from './known-options.js'
import {nameSetting, oneOfSetting, optional, wholeNumber} from './operator-settings.js'
import {type JobClient, type ProgramHost, programHost} from './program-host.js'
import type {ProgramJob} from './program-job.js'
import {RegisteredTypes} from './registered-types.js'
import {requireFunction, requireMethods} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import {StreamProgram} from './stream-program.js'
import type {Rec, Value} from './stream-types.js'
import {
  type FileSourceOptions,
  fileRecords,
  type SocketTextOptions,
  socketLines,
  standardInputRecords,
  type TailFileOptions,
  tailedRecords,
} from './text-sources.js'
import type {TransformationSpec} from './transformation.js'

export interface LocalEnvironmentOptions {
  /** A path or a file: URL. Default: the file that was started. */
  readonly program?: string
  readonly parallelism?: number
}

type AnySource<T, S> = Source<T, S> | FileSource<T>

export type RuntimeMode = 'STREAMING' | 'BATCH' | 'AUTOMATIC'

/**
 * Where a program begins: it makes streams from sources, and `execute` runs what was said.
 *
 *   const env = StreamExecutionEnvironment.getExecutionEnvironment()
 *   env.fromElements('to be', 'or not to be')
 *     .flatMap(line => line.split(' ').map(word => [word, 1]))
 *     .keyBy(0).sum(1).print()
 *   await env.execute('word count')
 *
 * The program is loaded where it was started and in every slot; each load must build the same. What it does beside building runs
 * there, too.
 */
export class StreamExecutionEnvironment {
  private readonly host: ProgramHost
  private readonly program: StreamProgram
  private configuration: Configuration
  private parallelism: number | undefined
  private maxParallelism: number | undefined
  private bufferTimeoutMs: number | undefined
  private runtimeMode: RuntimeMode = 'STREAMING'
  private chainingEnabled = true
  private readsStdin = false
  private readonly listeners: JobListener[] = []
  private readonly types = new RegisteredTypes()

  private constructor(host: ProgramHost) {
    this.host = host
    this.configuration = host.defaults.configuration
    this.program = new StreamProgram(this, (name) => this.submit(name))
  }

  /** The environment of whoever runs the program: the command line (`fts run`), or the program itself. */
  static getExecutionEnvironment(): StreamExecutionEnvironment {
    const host = programHost()
    if (host !== undefined) return StreamExecutionEnvironment.of(host)
    throw new FtsError('invariant', 'FTS_INVARIANT', 'somebody runs the program')
  }

  /** @internal The environment of this host's programs, whoever runs the others. */
  static of(host: ProgramHost): StreamExecutionEnvironment {
    return new StreamExecutionEnvironment(host)
  }

  /**
   * An environment for a job on this host. `program` is the file that builds the job (`import.meta.url`), where that is not the file that
   * was started: the slots load it.
   */
  static createLocalEnvironment(options: LocalEnvironmentOptions = {}): StreamExecutionEnvironment {
    const {program, parallelism} = knownOptions('createLocalEnvironment', options, ['program', 'parallelism'])
    const host = programHost()
    const env =
      program === undefined || host?.forProgram === undefined
        ? StreamExecutionEnvironment.getExecutionEnvironment()
        : new StreamExecutionEnvironment(host.forProgram(program))
    return parallelism === undefined ? env : env.setParallelism(parallelism)
  }

  // ── settings ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Subtasks of each operator for which nothing else is said. Goes before `-p` and `parallelism.default`. */
  setParallelism(parallelism: number): this {
    this.parallelism = wholeNumber('setParallelism', parallelism, 1)
    return this
  }

  getParallelism(): number {
    return this.parallelism ?? this.host.defaults.parallelism
  }

  /** Key groups of each operator for which nothing else is said; the default follows from the parallelism, at least 128. */
  setMaxParallelism(maxParallelism: number): this {
    this.maxParallelism = wholeNumber('setMaxParallelism', maxParallelism, 1)
    return this
  }

  /**
   * STREAMING gives results as records come; BATCH one result for each key, when the (bounded) input has ended; AUTOMATIC is BATCH if
   * all sources are bounded. Default: STREAMING.
   */
  setRuntimeMode(mode: RuntimeMode): this {
    this.runtimeMode = oneOfSetting('setRuntimeMode', mode, ['STREAMING', 'BATCH', 'AUTOMATIC'])
    return this
  }

  /** Every operator becomes a task of its own. */
  disableOperatorChaining(): this {
    this.chainingEnabled = false
    return this
  }

  /** The longest time a record waits for its segment to fill before it is sent; 0 sends every batch at once. */
  setBufferTimeout(timeout: Duration): this {
    this.bufferTimeoutMs = durationMs(timeout, 'setBufferTimeout')
    return this
  }

  /**
   * Rolling results (`count`, `sum`, `reduce`, …) are given out when their input has been quiet for a while, only the newest of each key,
   * instead of one for each record; at the latest `most` after a change. For results that somebody reads as they come.
   */
  settleUpdates(quiet: Duration = '200ms', most: Duration = '5s'): this {
    this.program.settles = {
      quietMs: durationMs(quiet, 'quiet of settleUpdates'),
      mostMs: durationMs(most, 'most of settleUpdates'),
    }
    return this
  }

  /** Checkpoints of a streaming job, so often; the options `execution.checkpointing.interval` and `.mode`. Errors: `user`, for a wrong value. */
  enableCheckpointing(interval: Duration, mode: CheckpointingMode = 'EXACTLY_ONCE'): this {
    this.getCheckpointConfig().setCheckpointInterval(interval).setCheckpointingConsistencyMode(mode)
    return this
  }

  /** The same options and others of checkpoints, by Flink's methods. */
  getCheckpointConfig(): CheckpointConfig {
    return new CheckpointConfig((options) => this.configure(options))
  }

  /** Hears of the program's jobs: when one was submitted, and when it has ended. Called where the program was started. */
  registerJobListener(listener: JobListener): this {
    this.listeners.push(listener)
    return this
  }

  /** What was said so far as Flink's plan in JSON, as `fts info --json` shows it; nothing runs. */
  getExecutionPlan(): string {
    return JSON.stringify(planJson(buildProgram(this.programSpec(undefined)).graph))
  }

  /** Options by their key, as `-D key=value` would set them; see docs/configuration.md. Errors: `user`, for a key or value. */
  configure(options: Readonly<Record<string, string | number | boolean>>): this {
    const texts = Object.entries(options).map(([key, value]) => [key, String(value)])
    this.configuration = Configuration.fromEntries({...this.configuration.toEntries(), ...Object.fromEntries(texts)})
    return this
  }

  /**
   * Instances of the class are instances again on the other side of an exchange and after a restore: their own fields travel. For a class that
   * has private fields, or whose fields may change, see `registerTypeWithSerializer`.
   */
  registerType<T extends object>(type: TypeClass<T>): this {
    this.types.register(type)
    return this
  }

  /** The same, with the program's own serializer, see TypeSerializer. Errors: `user` FTS_BAD_SERIALIZER. */
  registerTypeWithSerializer<T extends object, D>(type: TypeClass<T>, serializer: TypeSerializer<T, D>): this {
    this.types.register(type, serializer as TypeSerializer<T>)
    return this
  }

  // ── sources ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** These records, in this order: `env.fromElements(['a', 1], ['b', 2])`. */
  fromElements<T extends Value>(...elements: readonly T[]): SingleOutputStreamOperator<T>
  fromElements<T>(...elements: readonly T[]): SingleOutputStreamOperator<T>
  fromElements<T extends Rec>(...elements: readonly T[]): SingleOutputStreamOperator<T> {
    return this.fromCollection(elements)
  }

  /** The same, under Flink's newer name. */
  fromData<T extends Value>(...elements: readonly T[]): SingleOutputStreamOperator<T>
  fromData<T>(...elements: readonly T[]): SingleOutputStreamOperator<T>
  fromData<T extends Rec>(...elements: readonly T[]): SingleOutputStreamOperator<T> {
    return this.fromCollection(elements)
  }

  /** The elements of an array or another iterable, in order; a generator function is called in the subtask that reads it. */
  fromCollection<T extends Rec>(elements: Iterable<T> | (() => Iterable<T>)): SingleOutputStreamOperator<T> {
    return this.source('Collection Source', elementsSource(elements), 'its elements are in one order')
  }

  /**
   * The elements that a collection gives to each subtask: `env.fromParallelCollection((part, parts) => ownShareOf(part, parts))`, or an object
   * with Flink's `split(parts)`.
   */
  fromParallelCollection<T extends Rec>(collection: ParallelCollection<T>): SingleOutputStreamOperator<T> {
    return this.source('Parallel Collection Source', parallelSource(collection))
  }

  /** The whole numbers from `from` to `to`, both included, each subtask a part of them. */
  fromSequence(from: number, to: number): SingleOutputStreamOperator<number> {
    return this.source('Sequence Source', sequenceSource(from, to))
  }

  /**
   * The lines of files, folders (with all below them) and patterns; `.gz` and `.zst` are read through. With `monitor` of folders, for ever:
   * `env.readTextFile('inbox', {monitor: '1s'})`.
   */
  readTextFile(paths: string | readonly string[], options: FileSourceOptions = {}): SingleOutputStreamOperator<string> {
    return this.program.operator(fileRecords('readTextFile', paths, Formats.text(), options))
  }

  /**
   * The records of CSV files, an object each. Names are the header's, types are inferred from a sample and shown on stderr; `schema` says
   * them otherwise. Records that cannot be read fail the job unless `onError` says another thing: see CsvReadOptions.
   *
   *   env.readCsv('orders.csv', {schema: {at: 'timestamp', price: 'number'}}).keyBy('customer').sum('price')
   */
  readCsv<const S extends SchemaOption>(
    paths: string | readonly string[],
    options: CsvReadOptions & FileSourceOptions & {readonly schema: S},
  ): SingleOutputStreamOperator<RecordOf<S>>
  readCsv<T extends object = AnyRecord>(
    paths: string | readonly string[],
    options?: CsvReadOptions & FileSourceOptions,
  ): SingleOutputStreamOperator<T>
  readCsv<T>(
    paths: string | readonly string[],
    {monitor, recursive, ...csv}: CsvReadOptions & FileSourceOptions = {},
  ): SingleOutputStreamOperator<T> {
    return this.program.operator(fileRecords('readCsv', paths, Formats.csv(csv), optional({monitor, recursive})))
  }

  /** The records of files with a JSON value on each line (NDJSON); see `readCsv` and JsonReadOptions. */
  readJsonLines<const S extends SchemaOption>(
    paths: string | readonly string[],
    options: JsonReadOptions & FileSourceOptions & {readonly schema: S},
  ): SingleOutputStreamOperator<RecordOf<S>>
  readJsonLines<T extends Rec = AnyRecord>(
    paths: string | readonly string[],
    options?: JsonReadOptions & FileSourceOptions,
  ): SingleOutputStreamOperator<T>
  readJsonLines<T>(
    paths: string | readonly string[],
    {monitor, recursive, ...json}: JsonReadOptions & FileSourceOptions = {},
  ): SingleOutputStreamOperator<T> {
    return this.program.operator(
      fileRecords('readJsonLines', paths, Formats.json(json), optional({monitor, recursive})),
    )
  }

  /**
   * What is appended to files, for ever, as `tail -F` does: renamed, truncated and recreated files (log rotation) lose and double nothing.
   */
  tailFile<T = string>(
    paths: string | readonly string[],
    options: TailFileOptions<T> = {},
  ): SingleOutputStreamOperator<T> {
    return this.program.operator(tailedRecords(paths, options))
  }

  /** The lines of standard input, or the records of another format: `env.fromStdin(Formats.csv())`. */
  fromStdin<T = string>(format?: SourceFormat<T>): SingleOutputStreamOperator<T> {
    this.readsStdin = true
    return this.program.operator(standardInputRecords(format ?? Formats.text()))
  }

  /**
   * The lines (or what another `delimiter` ends) that a TCP server sends, until it closes. With `listen: true` those of whoever connects to
   * the port, for ever.
   */
  socketTextStream(host: string, port: number, options: SocketTextOptions = {}): SingleOutputStreamOperator<string> {
    return this.program.operator(socketLines(host, port, options))
  }

  /** Records that are made: `make(0)`, `make(1)`, …, so many a second if a rate is given. */
  fromGenerator<T extends Rec>(make: (index: number) => T, options: GeneratorOptions): SingleOutputStreamOperator<T> {
    requireFunction('fromGenerator', make)
    return this.source('Data Generator', generatorSource(make, options))
  }

  /** A source of your own (see Source), or files (see FileSource), with watermarks if a strategy is given. */
  fromSource<T extends Rec, S>(source: AnySource<T, S>, name?: string): SingleOutputStreamOperator<T>
  fromSource<T extends Rec, S>(
    source: AnySource<T, S>,
    strategy: WatermarkStrategy<T>,
    name?: string,
  ): SingleOutputStreamOperator<T>
  fromSource<T extends Rec, S>(
    source: AnySource<T, S>,
    second: WatermarkStrategy<T> | string = 'Source',
    third = 'Source',
  ): SingleOutputStreamOperator<T> {
    const isName = typeof second === 'string'
    const stream = this.sourceOf(source, nameSetting('fromSource', isName ? second : third))
    return isName ? stream : stream.assignTimestampsAndWatermarks(second)
  }

  /** @internal Whether some stream was given event time so far. */
  get hasEventTime(): boolean {
    return this.program.hasEventTime
  }

  // ── running ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Runs what was said, and waits for the end. Errors: what failed the job. */
  async execute(name?: string): Promise<JobExecutionResult> {
    const client = await this.submit(name)
    return client.result
  }

  /** Runs what was said, without waiting for the end. */
  executeAsync(name?: string): Promise<JobClient> {
    return this.submit(name)
  }

  /** @internal A source that another room describes: the testing kit's, a pipe's. */
  addSource<T>(spec: TransformationSpec, {readsStdin = false} = {}): SingleOutputStreamOperator<T> {
    this.readsStdin ||= readsStdin
    return this.program.operator(spec)
  }

  /** @internal What was said, as a job; a program begins anew behind it. Errors: those of `buildProgram`. */
  takeJob(name?: string): ProgramJob {
    const {program} = this
    // Few calls deep: the stack of an error shows ten, and the program's own line shall be among them.
    const job = buildProgram(this.programSpec(name))
    program.clear()
    this.readsStdin = false
    return job
  }

  private programSpec(name: string | undefined): ProgramSpec {
    const {program, host} = this
    return {
      name: name === undefined ? host.defaults.jobName : nameSetting('execute', name),
      transformations: program.transformations,
      mode: this.mode(),
      defaultParallelism: this.getParallelism(),
      defaultMaxParallelism: this.maxParallelism,
      bufferTimeoutMs: this.bufferTimeoutMs,
      chainingEnabled: this.chainingEnabled,
      configuration: this.configuration,
      prints: {stdout: program.printsTo('stdout'), stderr: program.printsTo('stderr'), readsStdin: this.readsStdin},
      collectors: program.collectors,
    }
  }

  private async submit(name: string | undefined): Promise<JobClient> {
    const job = this.takeJob(name)
    return this.listeners.length === 0 ? this.host.submit(job) : heardBy(this.listeners, () => this.host.submit(job))
  }

  private mode(): 'batch' | 'streaming' {
    if (this.runtimeMode !== 'AUTOMATIC') return this.runtimeMode === 'BATCH' ? 'batch' : 'streaming'
    const sources = this.program.transformations.flatMap(({spec}) => spec.source ?? [])
    return sources.every(({bounded}) => bounded) ? 'batch' : 'streaming'
  }

  private sourceOf<T, S>(source: AnySource<T, S>, name: string): SingleOutputStreamOperator<T> {
    if (source instanceof FileSource) return this.program.operator(source.transformation(name))
    requireMethods('fromSource', source, 'splits', 'read')
    return this.source(name, source)
  }

  private source<T, S>(name: string, source: Source<T, S>, alwaysOne?: string): SingleOutputStreamOperator<T> {
    return this.program.operator({
      kind: 'source',
      name,
      worksOn: 'records',
      inputs: [],
      source: {
        bounded: source.bounded ?? true,
        plan: async (parallelism) => ({
          input: {kind: 'program', splits: [...(await source.splits({parallelism}))]},
        }),
      },
      maker: {
        kind: 'program',
        make: ({timers, sourceBatch}) => ({
          kind: 'source',
          source: new ProgramSource(source, timers, sourceBatch?.rows),
        }),
      },
      ...(alwaysOne === undefined ? {} : {alwaysOne}),
    })
  }
}
