import {
  countWindow,
  createFinalAggregate,
  createRollingAggregate,
  type FilterFunction,
  type FlatMapFunction,
  type GlobalWindow,
  KeyedAggregateOperator,
  KeyedFilterOperator,
  KeyedFlatMapOperator,
  KeyedMapOperator,
  type KeyedProcessFunctionLike,
  KeyedProcessOperator,
  KeyedReduceOperator,
  LocalReduceOperator,
  type MapFunction,
  type Operator,
  type RichFunction,
  type RollingAggregateKind,
  type RollingAggregateOptions,
  rollingFold,
  type WindowAssigner,
} from '../operators/index.js'
import type {AggregateFunction, ReduceFunction} from '../state/index.js'
import type {BroadcastConnectedStream} from './broadcast-connected-stream.js'
import type {BroadcastStream} from './broadcast-stream.js'
import type {ConnectedStreams} from './connected-streams.js'
import {DataStream} from './data-stream.js'
import {type AggregateResult, aggregatePlan, type FieldAggregates} from './field-aggregates.js'
import {isAddedUpOnBytes} from './fused-input.js'
import type {IntervalJoin} from './interval-join.js'
import type {PartitionWindowedStream} from './partition-windowed-stream.js'
import type {ProgramContext} from './program-context.js'
import {requireField} from './require-field.js'
import {requireFunction, requireMethods} from './require-function.js'
import {rollingUpdates} from './rolling-updates.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {OperatorPlace} from './stream-base.js'
import type {FieldOf, NumericFieldOf, Rec} from './stream-types.js'
import type {Exchange, OperatorMaker, StreamEnd, WorksOn} from './transformation.js'
import type {WindowOf} from './window-settings.js'
import type {WindowedStream} from './windowed-stream.js'

/** A stream whose records of one key are in one subtask, where functions may have state and timers for each key. */
export class KeyedStream<T, K> extends DataStream<T> {
  /** @internal */
  constructor(
    program: ProgramContext,
    ends: readonly StreamEnd[],
    /** @internal The key of a record. */
    readonly selectKey: (value: T) => K,
    /** @internal The names of the fields that are the key, if it is fields. */
    readonly keyFields?: readonly string[],
    exchange: Exchange = {kind: 'hash', selectKey: selectKey as (value: unknown) => unknown},
  ) {
    super(
      program,
      ends.map((end) => ({...end, exchange})),
    )
  }

  override map<R extends Rec>(map: MapFunction<T, R>): SingleOutputStreamOperator<R> {
    if (typeof map === 'function') return super.map(map)
    requireFunction('map', map, 'map')
    return this.one('Map', () => new KeyedMapOperator(this.selectKey, map))
  }

  override flatMap<R extends Rec>(flatMap: FlatMapFunction<T, R>): SingleOutputStreamOperator<R> {
    if (typeof flatMap === 'function') return super.flatMap(flatMap)
    requireFunction('flatMap', flatMap, 'flatMap')
    return this.one('Flat Map', () => new KeyedFlatMapOperator(this.selectKey, flatMap))
  }

  override filter<S extends T>(filter: (value: T) => value is S): SingleOutputStreamOperator<S>
  override filter(filter: FilterFunction<T>): SingleOutputStreamOperator<T>
  override filter(filter: FilterFunction<T>): SingleOutputStreamOperator<T> {
    if (typeof filter === 'function') return super.filter(filter)
    requireFunction('filter', filter, 'filter')
    return this.one('Filter', () => new KeyedFilterOperator(this.selectKey, filter))
  }

  /** Two keyed streams share the state of the key. */
  override connect<U>(other: KeyedStream<U, K>): ConnectedStreams<T, U, K>
  override connect<U>(other: DataStream<U>): ConnectedStreams<T, U>
  override connect<U>(other: BroadcastStream<U>): BroadcastConnectedStream<T, U, K>
  override connect<U>(other: DataStream<U> | BroadcastStream<U>): never {
    return super.connect(other as never) as never
  }

  /** A function with state and timers of the record's key. */
  override process<R extends Rec>(process: KeyedProcessFunctionLike<K, T, R>): SingleOutputStreamOperator<R> {
    requireFunction('process', process, 'processElement')
    return this.one('KeyedProcess', () => new KeyedProcessOperator(this.selectKey, process))
  }

  /**
   * For each record, what is left of all records of its key up to there. In batch mode one result for each key, at the end.
   */
  reduce(reduce: ReduceFunction<T> & RichFunction): SingleOutputStreamOperator<T> {
    requireFunction('reduce', reduce, 'reduce')
    return this.rolling('Keyed Reduce', reduce)
  }

  /**
   * For each record, the result over all records of its key up to there. In batch mode one result for each key, at the end.
   *
   * With built-in aggregates, `keyBy('category').aggregate({orders: 'count', mean: {avg: 'price'}})`, a result has the key's fields and these;
   * in batch mode records are added up before they are sent to their key's subtask, and CSV without making records at all.
   */
  aggregate<ACC, R extends Rec>(aggregate: AggregateFunction<T, ACC, R> & RichFunction): SingleOutputStreamOperator<R>
  aggregate<const A extends FieldAggregates<T>>(aggregates: A): SingleOutputStreamOperator<AggregateResult<A>>
  // biome-ignore lint/suspicious/noExplicitAny: of any of the above
  aggregate(aggregate: any): SingleOutputStreamOperator<any> {
    if (isFieldAggregates(aggregate)) return this.aggregatedFields(aggregate)
    requireMethods('aggregate', aggregate, 'createAccumulator', 'add', 'getResult')
    return this.aggregated(aggregate)
  }

  /** The number of records of each key so far, as `[key, count]`. In batch mode one result for each key, at the end. */
  count(): SingleOutputStreamOperator<[K, number]> {
    const aggregate = {
      createAccumulator: () => 0,
      add: (_value: T, count: number) => count + 1,
      getResult: (count: number) => count,
    }
    const counted = this.aggregated(aggregate, (key, count): [K, number] => [key, count])
    return counted.keyOfUpdates === undefined ? counted.replacing(([key]) => key) : counted
  }

  /** The first record of the key, with the sum of a field so far: `sum(1)`, `sum('amount')`. */
  sum(field: NumericFieldOf<T>): SingleOutputStreamOperator<T> {
    return this.rollingBy('sum', field)
  }

  /** The first record of the key, with the least value of a field so far. The other fields are not of the record that has it. */
  min(field: FieldOf<T>): SingleOutputStreamOperator<T> {
    return this.rollingBy('min', field)
  }

  /** The first record of the key, with the greatest value of a field so far; see `min`. */
  max(field: FieldOf<T>): SingleOutputStreamOperator<T> {
    return this.rollingBy('max', field)
  }

  /** The record of the key with the least value of a field so far; of several the first, unless `first` is false. */
  minBy(field: FieldOf<T>, first = true): SingleOutputStreamOperator<T> {
    return this.rollingBy('minBy', field, {onTie: first ? 'first' : 'last'})
  }

  /** The record of the key with the greatest value of a field so far; see `minBy`. */
  maxBy(field: FieldOf<T>, first = true): SingleOutputStreamOperator<T> {
    return this.rollingBy('maxBy', field, {onTie: first ? 'first' : 'last'})
  }

  /** Windows of each key: `window(TumblingEventTimeWindows.of('1 min'))`. */
  // biome-ignore lint/suspicious/noExplicitAny: WindowOf tells the windows
  window<A extends WindowAssigner<T, any>>(assigner: A): WindowedStream<T, K, WindowOf<A>> {
    return this.program.windowed<T, K, WindowOf<A>>(this, {assigner})
  }

  /** Every `size` records of a key; with a slide, the last `size` records after every `slide` of them. */
  countWindow(size: number, slide?: number): WindowedStream<T, K, GlobalWindow> {
    return this.program.windowed<T, K, GlobalWindow>(this, countWindow(size, slide))
  }

  /** The records of each key as one partition, which ends with the (bounded) input; see PartitionWindowedStream. */
  override fullWindowPartition(): PartitionWindowedStream<T> {
    return this.program.keyPartitions(this)
  }

  /** @internal One result for each key, when the input has ended. */
  onceForEachKey<ACC, R>(
    name: string,
    aggregate: AggregateFunction<T, ACC, R> & RichFunction,
  ): SingleOutputStreamOperator<R> {
    const keySelector = this.selectKey
    return this.keyedOperator(
      name,
      () => new KeyedAggregateOperator<K, T, ACC, R>({keySelector, aggregate, emit: 'final'}),
    )
  }

  /** @internal What is left of the records of each key, when the input has ended. */
  reducedOnce(name: string, reduce: ReduceFunction<T> & RichFunction): SingleOutputStreamOperator<T> {
    const keySelector = this.selectKey
    return this.keyedOperator(name, () => new KeyedReduceOperator<T>({keySelector, reduce, emit: 'final'}))
  }

  /** All pairs of one key whose event times are close: `orders.intervalJoin(payments).between('0s', '5 min').process(…)`. */
  intervalJoin<U>(other: KeyedStream<U, K>): IntervalJoin<T, U, K> {
    return this.program.intervalJoin(this, other)
  }

  /** @internal An operator over this stream, and perhaps another that is keyed alike. */
  keyedOperator<R>(
    name: string,
    make: (place: OperatorPlace) => Operator,
    other?: {readonly ends: readonly StreamEnd[]},
  ): SingleOutputStreamOperator<R> {
    const inputs = other === undefined ? [this.ends] : [this.ends, other.ends]
    return this.operator({name, inputs, make})
  }

  private rollingBy(
    kind: RollingAggregateKind,
    field: string | number,
    options: RollingAggregateOptions = {},
  ): SingleOutputStreamOperator<T> {
    requireField(kind, field)
    const keySelector = this.selectKey
    const aggregate = {keySelector, kind, field, ...options}
    const fold = rollingFold<T>(aggregate)
    const maker = () => ({kind: 'operator', operator: new LocalReduceOperator<T>({keySelector, ...fold})}) as const
    const results = this.operator<T>({
      name: 'Keyed Aggregation',
      inputs: [[this.locally('Local Aggregation', 'user functions', {kind: 'program', make: maker})]],
      make: ({mode}) => createRollingAggregate<T>({...aggregate, emit: emitIn(mode)}),
    })
    return rollingUpdates(this.program, results, keySelector)
  }

  private rolling(name: string, reduce: ReduceFunction<T> & RichFunction): SingleOutputStreamOperator<T> {
    const keySelector = this.selectKey
    const results = this.keyedOperator<T>(
      name,
      ({mode}) => new KeyedReduceOperator<T>({keySelector, reduce, emit: emitIn(mode)}),
    )
    return rollingUpdates(this.program, results, keySelector)
  }

  private aggregatedFields(aggregates: FieldAggregates<never>): SingleOutputStreamOperator<Fields> {
    const {keyFields, selectKey, program} = this
    const plan = aggregatePlan(keyFields ?? ['key'], aggregates)
    const maker = {kind: 'builtIn', factory: 'records.local-aggregate', config: plan} as const
    const ends =
      keyFields === undefined
        ? this.ends
        : [this.locally('Local Aggregation', isAddedUpOnBytes(this.ends, plan) ? 'bytes' : 'records', maker)]
    const results = this.operator<Fields>({
      name: 'Keyed Aggregation',
      worksOn: 'records',
      inputs: [ends],
      make: ({mode}) =>
        createFinalAggregate({
          plan,
          keySelector: selectKey as (record: Fields) => unknown,
          isPartial: mode === 'batch' && keyFields !== undefined,
          emit: emitIn(mode),
        }),
    })
    return rollingUpdates(program, results, resultKey(plan.keyFields))
  }

  /**
   * What goes before the exchange in batch mode: it puts records of a key together, so that fewer are sent. What comes out of it has the key of what
   * went in.
   */
  private locally(name: string, worksOn: WorksOn, maker: OperatorMaker): StreamEnd {
    const {ends} = this
    const local = this.program.add({
      kind: 'operator',
      name,
      worksOn,
      inputs: [ends.map(({exchange: _, ...end}) => end)],
      maker,
      isForBatchOnly: true,
      ...(ends.length === 1 ? {followsInput: true} : {}),
    })
    return {from: local, exchange: ends[0].exchange!}
  }

  private aggregated<ACC, A, R extends Rec>(
    aggregate: AggregateFunction<T, ACC, A> & RichFunction,
    toRecord?: (key: K, result: A) => R,
  ): SingleOutputStreamOperator<R> {
    const keySelector = this.selectKey
    const name = 'Keyed Aggregation'
    if (this.program.settles === undefined) {
      return this.keyedOperator(
        name,
        ({mode}) =>
          new KeyedAggregateOperator<K, T, ACC, A, R>({
            keySelector,
            aggregate,
            ...(toRecord === undefined ? {} : {toRecord}),
            emit: emitIn(mode),
          }),
      )
    }
    // A result need not contain its key, by which the next one replaces it.
    const withKey = this.keyedOperator<[K, R]>(
      name,
      ({mode}) =>
        new KeyedAggregateOperator<K, T, ACC, A, [K, R]>({
          keySelector,
          aggregate,
          toRecord: (key, result) => [key, (toRecord === undefined ? result : toRecord(key, result)) as R],
          emit: emitIn(mode),
        }),
    )
    return rollingUpdates(this.program, withKey, ([key]) => key).map(([, result]) => result)
  }
}

type Fields = Readonly<Record<string, unknown>>

/** What has such a method is an AggregateFunction, perhaps a wrong one; the methods of a class are not its object's own. */
function isFieldAggregates(aggregate: unknown): aggregate is FieldAggregates<never> {
  if (typeof aggregate !== 'object' || aggregate === null || Array.isArray(aggregate)) return false
  const members = aggregate as Readonly<Record<string, unknown>>
  return !['createAccumulator', 'add', 'getResult'].some((name) => typeof members[name] === 'function')
}

function resultKey(fields: readonly string[]): (record: Fields) => unknown {
  return fields.length === 1 ? (record) => record[fields[0]] : (record) => fields.map((field) => record[field])
}

function emitIn(mode: OperatorPlace['mode']) {
  return mode === 'batch' ? 'final' : 'updates'
}
