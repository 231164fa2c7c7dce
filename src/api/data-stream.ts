import {TextLinesOperator} from '../connectors/index.js'
import {FtsError} from '../core/index.js'
import {
  type FilterFunction,
  FilterOperator,
  type FlatMapFunction,
  FlatMapOperator,
  type KeySelector,
  type MapFunction,
  MapOperator,
  type Operator,
  type Partitioner,
  type ProcessFunctionLike,
  ProcessOperator,
  ProjectOperator,
  toKeySelector,
} from '../operators/index.js'
import type {MapStateDescriptor} from '../state/index.js'
import type {BroadcastConnectedStream} from './broadcast-connected-stream.js'
import {BroadcastStream} from './broadcast-stream.js'
import type {ConnectedStreams} from './connected-streams.js'
import type {DataStreamSink} from './data-stream-sink.js'
import type {KeyedStream} from './keyed-stream.js'
import type {ProgramContext} from './program-context.js'
import {requireFunction} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import {StreamBase} from './stream-base.js'
import type {FieldOf, FieldType, Rec} from './stream-types.js'
import type {Exchange, StreamEnd} from './transformation.js'

/**
 * A stream of records of type `T`: what a source, an operator or a union of them gives. Nothing runs before `execute`.
 *
 * The methods are Flink's. Where a function is wanted, a plain function will do, or an object with the method (and `open`, `close`).
 */
export class DataStream<T> extends StreamBase {
  /** @internal Where the records come from. */
  readonly ends: readonly StreamEnd[]

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
    return this.one('Filter', () => new FilterOperator(filter))
  }

  /** Any number of results for each record, with its timestamp, time, and side outputs. */
  process<R extends Rec>(process: ProcessFunctionLike<T, R>): SingleOutputStreamOperator<R> {
    requireFunction('process', process, 'processElement')
    return this.one('Process', () => new ProcessOperator(process))
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
  keyBy(selector: KeySelector<T>): KeyedStream<T, unknown> {
    return this.program.keyed(this.ends, toKeySelector(selector))
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

  private printTo(target: 'stdout' | 'stderr', operatorName: string, name: string | undefined): DataStreamSink<T> {
    const lines = this.lines(operatorName, {prefix: {name}})
    this.program.printLines([{from: lines}], target)
    return this.program.sink(lines)
  }

  private lines(name: string, options: ConstructorParameters<typeof TextLinesOperator>[0]) {
    return this.program.add({
      kind: 'operator',
      name,
      worksOn: 'records',
      inputs: [this.ends],
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
