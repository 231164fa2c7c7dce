import {OPTIONS} from '../config/index.js'
import {CollectSink, type CsvWriteOptions, ProgramSink, type Sink, TextLinesOperator} from '../connectors/index.js'
import {assert, type Duration, durationMs, FtsError} from '../core/index.js'
import {
  type AsyncFunction,
  AsyncWaitOperator,
  countWindow,
  type FilterFunction,
  FilterOperator,
  type FlatMapFunction,
  FlatMapOperator,
  type GlobalWindow,
  HeadOperator,
  type KeySelector,
  type MapFunction,
  MapOperator,
  type Operator,
  type Partitioner,
  type ProcessFunctionLike,
  ProcessOperator,
  ProjectOperator,
  predicateOf,
  ReservoirOperator,
  SampleOperator,
  SortOperator,
  TimestampsAndWatermarksOperator,
  TopOperator,
  toKeySelector,
  WatermarkStrategy,
  type WindowAssigner,
} from '../operators/index.js'
import type {MapStateDescriptor} from '../state/index.js'
import type {AllWindowedStream} from './all-windowed-stream.js'
import type {AsyncOptions} from './async-data-stream.js'
import type {BroadcastConnectedStream} from './broadcast-connected-stream.js'
import {BroadcastStream} from './broadcast-stream.js'
import {CollectedRecords} from './collected-records.js'
import type {ConnectedStreams} from './connected-streams.js'
import type {DataStreamSink} from './data-stream-sink.js'
import {FileSink} from './file-sink.js'
import type {CoGroupedStreams, JoinedStreams} from './joined-streams.js'
import type {KeyedStream} from './keyed-stream.js'
import {knownOptions} from './known-options.js'
import {
  csvLines,
  fileTarget,
  jsonLines,
  sharedFileTarget,
  socketTarget,
  type WriteToSocketOptions,
} from './line-sinks.js'
import {oneOfSetting, wholeNumber} from './operator-settings.js'
import type {PartitionWindowedStream} from './partition-windowed-stream.js'
import type {ProgramContext} from './program-context.js'
import {requireFunction} from './require-function.js'
import {DEFAULT_QUIET_TIMES} from './rolling-updates.js'
import {sampleSize} from './sample-size.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import {type OperatorPlace, StreamBase} from './stream-base.js'
import type {FieldOf, FieldType, Rec} from './stream-types.js'
import {type Ranking, toRank} from './to-rank.js'
import {toTimestamp} from './to-timestamp.js'
import type {Exchange, StreamEnd} from './transformation.js'
import {UniqFunction, type UniqOptions, uniqKey} from './uniq-function.js'
import type {WindowOf} from './window-settings.js'

/** How records are written to standard output. */
export interface PrintForm {
  readonly name: string
  /** One subtask writes all, whatever the parallelism. */
  readonly isOneWriter: boolean
  make(): Operator
}

/**
 * A stream of records of type `T`: what a source, an operator or a union of them gives. Nothing runs before `execute`.
 *
 * The methods are Flink's. Where a function is wanted, a plain function will do, or an object with the method (and `open`, `close`).
 */
export class DataStream<T> extends StreamBase {
  /** @internal Where the records come from. */
  readonly ends: readonly StreamEnd[]
  /** @internal Set: a record replaces the one of the same key that came before, as running results do. */
  keyOfUpdates: ((record: T) => unknown) | undefined = undefined

  /** @internal */
  constructor(program: ProgramContext, ends: readonly StreamEnd[]) {
    super(program)
    this.ends = ends
  }

  /** One result for each record. `map(word => [word, 1])` gives tuples. */
  map<R extends Rec>(map: MapFunction<T, R>): SingleOutputStreamOperator<R> {
    requireFunction('map', map, 'map')
    return this.one('Map', () => new MapOperator(map))
  }

  /** Any number of results for each record: `flatMap(line => line.split(' '))`, or collected with the second argument. */
  flatMap<R extends Rec>(flatMap: FlatMapFunction<T, R>): SingleOutputStreamOperator<R> {
    requireFunction('flatMap', flatMap, 'flatMap')
    return this.one('Flat Map', () => new FlatMapOperator(flatMap))
  }

  /** The records for which the function answers true. */
  filter<S extends T>(filter: (value: T) => value is S): SingleOutputStreamOperator<S>
  filter(filter: FilterFunction<T>): SingleOutputStreamOperator<T>
  filter(filter: FilterFunction<T>): SingleOutputStreamOperator<T> {
    requireFunction('filter', filter, 'filter')
    const inputs = [this.ends]
    const predicate = predicateOf(filter)
    return this.operator<T>({name: 'Filter', inputs, predicate, make: () => new FilterOperator(filter)}).replacing(
      this.keyOfUpdates,
    )
  }

  /** Any number of results for each record, with its timestamp, time, and side outputs. */
  process<R extends Rec>(process: ProcessFunctionLike<T, R>): SingleOutputStreamOperator<R> {
    requireFunction('process', process, 'processElement')
    return this.one('Process', () => new ProcessOperator(process))
  }

  /**
   * Asks something outside about each record, many at a time: `stream.asyncWait(id => lookUp(id), {timeout: '1s'})`. Results come in the
   * order of the records, or, `unordered`, as they are there.
   */
  asyncWait<R extends Rec>(
    asyncFunction: AsyncFunction<T, R>,
    options: AsyncOptions<R> = {},
  ): SingleOutputStreamOperator<R> {
    requireFunction('asyncWait', asyncFunction, 'asyncInvoke')
    knownOptions('asyncWait', options, ['order', 'timeout', 'capacity', 'retry'])
    const {order = 'ordered', timeout = 0, capacity, retry} = options
    const wait = {
      asyncFunction,
      order: oneOfSetting('order of asyncWait', order, ['ordered', 'unordered']),
      timeoutMs: durationMs(timeout, 'timeout of asyncWait'),
      ...(capacity === undefined ? {} : {capacity}),
      ...(retry === undefined ? {} : {retry}),
    }
    return this.one('Async Wait', () => new AsyncWaitOperator<T, R>(wait))
  }

  /** Tuples of some fields of tuples: `project(2, 0)`. */
  project(...positions: readonly number[]): SingleOutputStreamOperator<unknown[]> {
    return this.one('Projection', () => new ProjectOperator(positions))
  }

  /**
   * Brings records of the same key into the same subtask, where they share state. The key is a field by name, by position in a tuple,
   * several fields, or what a function answers: a text, number, boolean, bigint, null, or an array of these.
   */
  keyBy<F extends FieldOf<T>>(field: F): KeyedStream<T, FieldType<T, F>>
  keyBy<const F extends readonly FieldOf<T>[]>(fields: F): KeyedStream<T, {readonly [I in keyof F]: FieldType<T, F[I]>}>
  keyBy<K>(selector: ((value: T) => K) | {getKey(value: T): K}): KeyedStream<T, K>
  // biome-ignore lint/suspicious/noExplicitAny: of any of the above
  keyBy(selector: any): KeyedStream<T, any> {
    return this.program.keyed(this.ends, toKeySelector<T>(selector), fieldNames(selector))
  }

  /** The records of all of these streams, in no particular order. */
  union(...others: readonly DataStream<T>[]): DataStream<T> {
    for (const other of others) this.checkSameProgram(other)
    return this.program.stream([this, ...others].flatMap(({ends}) => ends))
  }

  /** Two streams of different records into one operator, which may share state between them. */
  connect<U>(other: DataStream<U>): ConnectedStreams<T, U>
  connect<U>(other: BroadcastStream<U>): BroadcastConnectedStream<T, U>
  connect<U>(other: DataStream<U> | BroadcastStream<U>): ConnectedStreams<T, U> | BroadcastConnectedStream<T, U> {
    if (other instanceof BroadcastStream) return this.program.withBroadcast(this, other)
    this.checkSameProgram(other)
    return this.program.connected(this, other)
  }

  /** Gives the records their event time, and the stream its watermarks. */
  assignTimestampsAndWatermarks(strategy: WatermarkStrategy<T>): SingleOutputStreamOperator<T> {
    if (!(strategy instanceof WatermarkStrategy)) {
      const message = `assignTimestampsAndWatermarks got ${String(strategy)}, expected a WatermarkStrategy`
      const tryThis = "For example: WatermarkStrategy.forBoundedOutOfOrderness('5s').withTimestampAssigner(r => r.at)."
      throw new FtsError('user', 'FTS_BAD_WATERMARK_STRATEGY', message, {}, {tryThis})
    }
    this.program.hasEventTime = true
    return this.operator({
      name: 'Timestamps/Watermarks',
      inputs: [this.ends],
      make: ({mode, configuration}) =>
        new TimestampsAndWatermarksOperator({
          strategy,
          intervalMs: configuration.get(OPTIONS.autoWatermarkInterval),
          isProgressive: mode === 'streaming',
        }),
    })
  }

  /**
   * Event time by a field or a function that gives a Date, milliseconds since the epoch or an ISO text; records may come `outOfOrder` late.
   * Short for `assignTimestampsAndWatermarks`.
   */
  eventTime(by: Ranking<T>, {outOfOrder = '5s'}: {readonly outOfOrder?: Duration} = {}): SingleOutputStreamOperator<T> {
    const strategy = WatermarkStrategy.forBoundedOutOfOrderness<T>(outOfOrder)
    return this.assignTimestampsAndWatermarks(strategy.withTimestampAssigner(toTimestamp(toRank('eventTime', by))))
  }

  // ── some records of many ─────────────────────────────────────────────────────────────────────────────────────────

  /** The first records. When they are there, sources that nobody else reads end, too. */
  head(count: number): SingleOutputStreamOperator<T> {
    wholeNumber('head', count, 0)
    return this.oneSubtask('Head', () => new HeadOperator(count))
  }

  /**
   * The greatest records, greatest first, by a field, by what a function answers, or, without either, by the last field of a tuple or by the
   * record itself. Running results (`count`, `sum`, …) count once for each key. Given out when the input has ended, and in streaming mode
   * also whenever the list has changed and the input is quiet.
   */
  top(count: number, by?: Ranking<T>): SingleOutputStreamOperator<T> {
    const keyOf = this.keyOfUpdates
    const spec = {count: wholeNumber('top', count, 1), by: toRank('top', by), keyOf}
    const settles = this.program.settles ?? DEFAULT_QUIET_TIMES
    return this.oneSubtask('Top', ({mode}) => new TopOperator({...spec, times: mode === 'batch' ? undefined : settles}))
  }

  /** All records in order, when the (bounded) input has ended: by a field, by what a function answers, or by themselves. */
  sort(by?: Ranking<T>, order: 'ascending' | 'descending' = 'ascending'): SingleOutputStreamOperator<T> {
    const isDescending = oneOfSetting('order of sort', order, ['ascending', 'descending']) === 'descending'
    const rank = by === undefined ? (value: T) => value : toRank('sort', by)
    return this.oneSubtask('Sort', () => new SortOperator({by: rank, isDescending}))
  }

  /**
   * By chance: each record with a probability below 1 (`sample(0.01)`), or a number of them in all (`sample(100)`), which are there when the input
   * has ended. The same seed draws the same.
   */
  sample(size: number, {seed = 1}: {readonly seed?: number} = {}): SingleOutputStreamOperator<T> {
    const {isFraction, draw} = sampleSize(size, seed)
    return isFraction
      ? this.operator({name: 'Sample', inputs: [this.ends], make: () => new SampleOperator(size, draw)})
      : this.oneSubtask('Sample', () => new ReservoirOperator(size, draw))
  }

  /**
   * Records that were not there before, or, with a key, the first of each key. What was seen is state; `ttl` forgets it so long after it was
   * last seen.
   */
  uniq(by?: Ranking<T>, {ttl}: UniqOptions = {}): SingleOutputStreamOperator<T> {
    const keyed = this.keyBy(uniqKey(by))
    return keyed.process(new UniqFunction<T>(ttl)).name('Uniq') as SingleOutputStreamOperator<T>
  }

  /** @internal Keyed without an exchange. */
  keyedWhereItIs<K>(selectKey: (value: T) => K): KeyedStream<T, K> {
    return this.program.keyed(this.ends, selectKey, undefined, {kind: 'forward'})
  }

  // ── windows over the whole stream, joins ──────────────────────────────────────────────────────────────────────────

  /** Windows over all records, in one subtask. */
  // biome-ignore lint/suspicious/noExplicitAny: WindowOf tells the windows
  windowAll<A extends WindowAssigner<T, any>>(assigner: A): AllWindowedStream<T, WindowOf<A>> {
    return this.program.allWindowed<T, WindowOf<A>>(this, {assigner})
  }

  /** Every `size` records; with a slide, the last `size` records after every `slide` of them. */
  countWindowAll(size: number, slide?: number): AllWindowedStream<T, GlobalWindow> {
    return this.program.allWindowed<T, GlobalWindow>(this, countWindow(size, slide))
  }

  /** The records that each subtask gets as one partition, which ends with the (bounded) input; see PartitionWindowedStream. */
  fullWindowPartition(): PartitionWindowedStream<T> {
    return this.program.subtaskPartitions(this)
  }

  /** @internal An operator that works on what each subtask gets. */
  perSubtask<R>(name: string, make: () => Operator): SingleOutputStreamOperator<R> {
    return this.one(name, make)
  }

  /** All pairs of two streams with one key in one window: `a.join(b).where('id').equalTo('id').window(…).apply((a, b) => …)`. */
  join<U>(other: DataStream<U>): JoinedStreams<T, U> {
    this.checkSameProgram(other)
    return this.program.joined(this, other)
  }

  /** The records of two streams with one key in one window, also where one side has none; see `join`. */
  coGroup<U>(other: DataStream<U>): CoGroupedStreams<T, U> {
    this.checkSameProgram(other)
    return this.program.coGrouped(this, other)
  }

  /** @internal An operator that has one subtask whatever the parallelism. */
  oneSubtask<R>(name: string, make: (place: OperatorPlace) => Operator): SingleOutputStreamOperator<R> {
    const alwaysOne = 'it is about all records, which are in one subtask'
    return this.operator({name, inputs: [this.ends], make, alwaysOne})
  }

  // ── which subtask gets a record ───────────────────────────────────────────────────────────────────────────────────

  /** The same subtask; both operators have one parallelism. */
  forward(): DataStream<T> {
    return this.exchanged({kind: 'forward'})
  }

  /** All subtasks in turn. */
  rebalance(): DataStream<T> {
    return this.exchanged({kind: 'rebalance'})
  }

  /** In turn, but among some of the subtasks only: fewer connections than `rebalance`. */
  rescale(): DataStream<T> {
    return this.exchanged({kind: 'rescale'})
  }

  /** A random subtask. */
  shuffle(): DataStream<T> {
    return this.exchanged({kind: 'shuffle'})
  }

  /** The first subtask. */
  global(): DataStream<T> {
    return this.exchanged({kind: 'global'})
  }

  /**
   * Every subtask gets every record. With descriptors of broadcast state: a stream to `connect` with, whose records change a state that
   * is the same in all subtasks.
   */
  broadcast(): DataStream<T>
  // biome-ignore lint/suspicious/noExplicitAny: broadcast state of any content
  broadcast(...states: readonly [MapStateDescriptor<any, any>, ...MapStateDescriptor<any, any>[]]): BroadcastStream<T>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  broadcast(...states: readonly MapStateDescriptor<any, any>[]): DataStream<T> | BroadcastStream<T> {
    const stream = this.exchanged({kind: 'broadcast'})
    return states.length === 0 ? stream : new BroadcastStream<T>(stream.ends, states)
  }

  /** The subtask that the partitioner chooses for the key: a whole number below its second argument. */
  partitionCustom<F extends FieldOf<T>>(partitioner: Partitioner<FieldType<T, F>>, field: F): DataStream<T>
  partitionCustom<K>(partitioner: Partitioner<K>, selector: (value: T) => K): DataStream<T>
  partitionCustom<K>(partitioner: Partitioner<K>, selector: KeySelector<T, K>): DataStream<T> {
    requireFunction('partitionCustom', partitioner, 'partition')
    const partition =
      typeof partitioner === 'function' ? partitioner : (key: K, count: number) => partitioner.partition(key, count)
    return this.exchanged({
      kind: 'custom',
      partition: partition as (key: unknown, count: number) => number,
      selectKey: toKeySelector(selector) as (value: unknown) => unknown,
    })
  }

  // ── sinks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Prints each record on a line of standard output. A line begins with the number of the subtask (`2> `) if there are several, and
   * with the name, if one is given.
   */
  print(name?: string): DataStreamSink<T> {
    return this.printTo('stdout', 'Print to Std. Out', name)
  }

  /** The same on standard error. */
  printToErr(name?: string): DataStreamSink<T> {
    return this.printTo('stderr', 'Print to Std. Err', name)
  }

  /** Writes each record as a line (as `print` would) into one file, which appears when the job has ended well. */
  writeAsText(path: string): DataStreamSink<T> {
    return this.program.sink(this.program.add(fileTarget('writeAsText', path, this.lines('Text Lines', {}, true))))
  }

  /** Writes each record as a JSON line into one file; see `writeAsText`. */
  writeAsJsonLines(path: string): DataStreamSink<T> {
    const lines = this.program.add(jsonLines(this.ends, path))
    return this.program.sink(this.program.add(sharedFileTarget('writeAsJsonLines', path, lines)))
  }

  /** Writes records as CSV into one file, with a header; `{headers: ['id', 'price']}` says which fields. See `writeAsText`. */
  writeAsCsv(path: string, options: CsvWriteOptions = {}): DataStreamSink<T> {
    const {spec, header} = csvLines(this.ends, options)
    return this.program.sink(this.program.add(fileTarget('writeAsCsv', path, this.program.add(spec), header)))
  }

  /** Sends each record as a line to a TCP server. */
  writeToSocket(host: string, port: number, options: WriteToSocketOptions = {}): DataStreamSink<T> {
    const target = socketTarget(host, port, options, this.lines('Text Lines', {}, true))
    return this.program.sink(this.program.add(target))
  }

  /** Gives each record to a sink: files (see FileSink), or one of your own (see Sink). */
  sinkTo(sink: Sink<T> | FileSink<T>): DataStreamSink<T> {
    if (sink instanceof FileSink) return this.fileSink(sink)
    requireFunction('sinkTo', sink, 'createWriter')
    const transformation = this.program.add({
      kind: 'sink',
      name: 'Sink',
      worksOn: 'user functions',
      inputs: [this.ends],
      maker: {
        kind: 'program',
        make: ({observeSink}) => {
          const own = observeSink?.(sink, transformation.name) ?? sink
          return {kind: 'operator', operator: new ProgramSink(own)}
        },
      },
    })
    return this.program.sink(transformation)
  }

  /**
   * Runs the job and brings the records of this stream into the program: all of them with `await`, one by one with `for await`.
   *
   *   const words = await stream.executeAndCollect()
   *   for await (const alert of alerts.executeAndCollect()) …
   */
  executeAndCollect(jobName?: string): CollectedRecords<T> {
    const records: CollectedRecords<T> = new CollectedRecords(() => this.program.submit(jobName))
    this.collectInto(records)
    return records
  }

  /** The same for a job that `execute` or `executeAsync` runs; read it while the job runs. */
  collectAsync(): CollectedRecords<T> {
    const records: CollectedRecords<T> = new CollectedRecords(undefined)
    this.collectInto(records)
    return records
  }

  private fileSink(sink: FileSink<T>): DataStreamSink<T> {
    const transformation = this.program.add({
      kind: 'sink',
      name: sink.name,
      worksOn: 'records',
      inputs: [this.ends],
      maker: {kind: 'program', make: (place) => ({kind: 'operator', operator: sink.makeOperator(place)})},
    })
    return this.program.sink(transformation)
  }

  /** @internal Prints what an operator makes of the records: blocks of text, ready for standard output. */
  printAs({name, isOneWriter, make}: PrintForm): DataStreamSink<T> {
    const text = this.program.add({
      kind: 'operator',
      name,
      worksOn: 'records',
      inputs: [this.ends],
      maker: {kind: 'program', make: () => ({kind: 'operator', operator: make()})},
      ...(isOneWriter ? {alwaysOne: 'one subtask writes it all'} : {}),
    })
    // What one subtask has put in order is not to be dealt to several.
    if (this.ends.every(({from}) => from.spec.kind === 'operator' && from.spec.alwaysOne !== undefined))
      text.parallelism = 1
    this.program.printLines([{from: text}], 'stdout')
    return this.program.sink(text)
  }

  private collectInto(records: CollectedRecords<T>): void {
    const index = this.program.addCollector(records)
    this.program.add({
      kind: 'sink',
      name: 'Collect',
      worksOn: 'records',
      inputs: [this.ends],
      maker: {
        kind: 'program',
        make: ({collectAddress, collectHere}) => {
          if (collectHere !== undefined) return {kind: 'operator', operator: collectHere(index)}
          assert(collectAddress !== undefined, 'somebody takes the records that are collected')
          return {kind: 'operator', operator: new CollectSink(collectAddress, index)}
        },
      },
      alwaysOne: 'one program takes the records',
    })
  }

  private printTo(target: 'stdout' | 'stderr', operatorName: string, name: string | undefined): DataStreamSink<T> {
    const lines = this.lines(operatorName, {prefix: {name}})
    this.program.printLines([{from: lines}], target)
    return this.program.sink(lines)
  }

  private lines(name: string, options: ConstructorParameters<typeof TextLinesOperator>[0], followsInput = false) {
    return this.program.add({
      kind: 'operator',
      name,
      worksOn: 'records',
      inputs: [this.ends],
      followsInput,
      maker: {
        kind: 'program',
        make: () => ({kind: 'operator', operator: new TextLinesOperator(options)}),
      },
    })
  }

  /** @internal */
  protected one<R>(name: string, make: () => Operator): SingleOutputStreamOperator<R> {
    return this.operator({name, inputs: [this.ends], make})
  }

  private exchanged(exchange: Exchange): DataStream<T> {
    return this.program.stream(this.ends.map((end) => ({...end, exchange})))
  }

  // biome-ignore lint/suspicious/noExplicitAny: a stream of anything
  private checkSameProgram(other: DataStream<any>): void {
    if (!(other instanceof DataStream)) {
      throw new FtsError('user', 'FTS_BAD_STREAM', `expected a stream to put together with, got ${String(other)}`)
    }
    if (other.program === this.program) return
    throw new FtsError('user', 'FTS_OTHER_ENVIRONMENT', 'two streams of different environments cannot be put together')
  }
}

/** The names that a key selector consists of; undefined where it is something else. */
function fieldNames(selector: unknown): readonly string[] | undefined {
  const names = [selector].flat()
  return names.every((name) => typeof name === 'string') ? names : undefined
}
