import {
  type CoFlatMapFunction,
  CoFlatMapOperator,
  CoMapOperator,
  type CoProcessFunctionLike,
  CoProcessOperator,
  KeyedCoFlatMapOperator,
  KeyedCoMapOperator,
  type KeyedCoProcessFunctionLike,
  KeyedCoProcessOperator,
  type KeySelector,
  type Operator,
  type RichFunction,
  toKeySelector,
} from '../operators/index.js'
import type {DataStream} from './data-stream.js'
import {KeyedStream} from './keyed-stream.js'
import type {NoKey} from './no-key.js'
import type {ProgramContext} from './program-context.js'
import {requireMethods} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import {StreamBase} from './stream-base.js'
import type {FieldOf, FieldType, Rec} from './stream-types.js'

type CoProcessOf<A, B, K, R> = [K] extends [NoKey]
  ? CoProcessFunctionLike<A, B, R>
  : KeyedCoProcessFunctionLike<K, A, B, R>

type KeySelectors<A, B, K> = readonly [(value: A) => K, (value: B) => K]

/**
 * Two streams that one operator reads. If both are keyed (before or with `keyBy` here), its functions have the state of the key, of
 * type `K`, and share it.
 */
export class ConnectedStreams<A, B, K = NoKey> extends StreamBase {
  /** @internal */
  constructor(
    program: ProgramContext,
    private readonly first: DataStream<A>,
    private readonly second: DataStream<B>,
  ) {
    super(program)
  }

  getFirstInput(): DataStream<A> {
    return this.first
  }

  getSecondInput(): DataStream<B> {
    return this.second
  }

  /** Both streams by keys of one kind. */
  keyBy<K2>(first: (value: A) => K2, second: (value: B) => K2): ConnectedStreams<A, B, K2>
  keyBy<F extends FieldOf<A>>(first: F, second: FieldOf<B>): ConnectedStreams<A, B, FieldType<A, F>>
  keyBy(first: readonly FieldOf<A>[], second: readonly FieldOf<B>[]): ConnectedStreams<A, B, readonly unknown[]>
  keyBy(first: KeySelector<A>, second: KeySelector<B>): ConnectedStreams<A, B, unknown> {
    const keyed1 = this.program.keyed(this.first.ends, toKeySelector(first))
    const keyed2 = this.program.keyed(this.second.ends, toKeySelector(second))
    return this.program.connected(keyed1, keyed2)
  }

  /** `map1` for each record of the first stream, `map2` of the second. */
  map<R1 extends Rec, R2 extends Rec>(
    coMap: RichFunction & {map1(value: A): R1; map2(value: B): R2},
  ): SingleOutputStreamOperator<R1 | R2> {
    requireMethods('map of connected streams', coMap, 'map1', 'map2')
    const keys = this.keySelectors()
    return this.both('Co-Map', () =>
      keys === undefined
        ? new CoMapOperator<A, B, R1 | R2>(coMap)
        : new KeyedCoMapOperator<K, A, B, R1 | R2>(keys, coMap),
    )
  }

  /** `flatMap1` for each record of the first stream, `flatMap2` of the second. */
  flatMap<R extends Rec>(coFlatMap: CoFlatMapFunction<A, B, R>): SingleOutputStreamOperator<R> {
    requireMethods('flatMap of connected streams', coFlatMap, 'flatMap1', 'flatMap2')
    const keys = this.keySelectors()
    return this.both('Co-Flat Map', () =>
      keys === undefined ? new CoFlatMapOperator(coFlatMap) : new KeyedCoFlatMapOperator(keys, coFlatMap),
    )
  }

  /** `processElement1` for each record of the first stream, `processElement2` of the second; timers if the streams are keyed. */
  process<R extends Rec>(process: CoProcessOf<A, B, K, R>): SingleOutputStreamOperator<R> {
    requireMethods('process of connected streams', process, 'processElement1', 'processElement2')
    const keys = this.keySelectors()
    return keys === undefined
      ? this.both('Co-Process', () => new CoProcessOperator(process as CoProcessFunctionLike<A, B, R>))
      : this.both(
          'Co-Keyed-Process',
          () => new KeyedCoProcessOperator(keys, process as KeyedCoProcessFunctionLike<K, A, B, R>),
        )
  }

  private both<R>(name: string, make: () => Operator): SingleOutputStreamOperator<R> {
    return this.operator({name, inputs: [this.first.ends, this.second.ends], make})
  }

  private keySelectors(): KeySelectors<A, B, K> | undefined {
    const {first, second} = this
    if (!(first instanceof KeyedStream) || !(second instanceof KeyedStream)) return undefined
    return [first.selectKey as (value: A) => K, second.selectKey as (value: B) => K]
  }
}
