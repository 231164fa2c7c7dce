import {
  type CoGroupFunction,
  createCoGroupOperator,
  createWindowJoinOperator,
  type FlatJoinFunction,
  type JoinFunction,
  type KeySelector,
  type Operator,
  type TaggedUnion,
  toKeySelector,
  type Window,
  type WindowAssigner,
} from '../operators/index.js'
import type {DataStream} from './data-stream.js'
import type {KeyedStream} from './keyed-stream.js'
import {requireFunction} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {FieldOf, Rec} from './stream-types.js'
import {WindowBuilder, type WindowOf, type WindowSettings} from './window-settings.js'

/** A key of one of two streams: a field, several, or a function. */
export type KeyOf<T> = FieldOf<T> | readonly FieldOf<T>[] | ((value: T) => unknown)

/** Two streams to be joined by key and window: `a.join(b).where('id').equalTo('id').window(…).apply((a, b) => …)`. */
export class JoinedStreams<A, B> {
  /** @internal */
  constructor(
    private readonly first: DataStream<A>,
    private readonly second: DataStream<B>,
  ) {}

  /** The key of the first stream. */
  where(key: KeyOf<A>): JoinedWhere<A, B> {
    return new JoinedWhere(keyed(this.first, key), this.second)
  }
}

/** A join of which the second key is to be said. */
export class JoinedWhere<A, B> {
  /** @internal */
  constructor(
    private readonly first: KeyedStream<A, unknown>,
    private readonly second: DataStream<B>,
  ) {}

  /** The key of the second stream. */
  equalTo(key: KeyOf<B>): JoinedEqualTo<A, B> {
    return new JoinedEqualTo([this.first, keyed(this.second, key)])
  }
}

/** A join of which the windows are to be said. */
export class JoinedEqualTo<A, B> {
  /** @internal */
  constructor(private readonly pair: Pair<A, B>) {}

  /** Windows over both streams. */
  window<X extends AnyAssigner<A, B>>(assigner: X): JoinedWindow<A, B, WindowOf<X>> {
    return new JoinedWindow<A, B, WindowOf<X>>(this.pair, {assigner})
  }
}

/** Two streams to be grouped by key and window; a group may have elements of one side only. See JoinedStreams. */
export class CoGroupedStreams<A, B> {
  /** @internal */
  constructor(
    private readonly first: DataStream<A>,
    private readonly second: DataStream<B>,
  ) {}

  /** The key of the first stream. */
  where(key: KeyOf<A>): CoGroupedWhere<A, B> {
    return new CoGroupedWhere(keyed(this.first, key), this.second)
  }
}

/** A coGroup of which the second key is to be said. */
export class CoGroupedWhere<A, B> {
  /** @internal */
  constructor(
    private readonly first: KeyedStream<A, unknown>,
    private readonly second: DataStream<B>,
  ) {}

  /** The key of the second stream. */
  equalTo(key: KeyOf<B>): CoGroupedEqualTo<A, B> {
    return new CoGroupedEqualTo([this.first, keyed(this.second, key)])
  }
}

/** A coGroup of which the windows are to be said. */
export class CoGroupedEqualTo<A, B> {
  /** @internal */
  constructor(private readonly pair: Pair<A, B>) {}

  /** Windows over both streams. */
  window<X extends AnyAssigner<A, B>>(assigner: X): CoGroupedWindow<A, B, WindowOf<X>> {
    return new CoGroupedWindow<A, B, WindowOf<X>>(this.pair, {assigner})
  }
}

// biome-ignore lint/suspicious/noExplicitAny: WindowOf tells the windows
type AnyAssigner<A, B> = WindowAssigner<TaggedUnion<A, B>, any>
type Settings<A, B, W extends Window> = WindowSettings<TaggedUnion<A, B>, W>
type Pair<A, B> = readonly [KeyedStream<A, unknown>, KeyedStream<B, unknown>]

function keyed<T>(stream: DataStream<T>, key: KeyOf<T>): KeyedStream<T, unknown> {
  return stream.keyBy(toKeySelector(key as KeySelector<T>))
}

/** The windows of a join. */
export class JoinedWindow<A, B, W extends Window> extends WindowBuilder<TaggedUnion<A, B>, W> {
  /** @internal */
  constructor(
    private readonly pair: Pair<A, B>,
    settings: Settings<A, B, W>,
  ) {
    super(settings)
  }

  /** One result for each pair of elements of a window and key. */
  apply<R extends Rec>(join: JoinFunction<A, B, R>): SingleOutputStreamOperator<R> {
    requireFunction('apply', join, 'join')
    return both(this.pair, 'Join', (keys) => createWindowJoinOperator({...this.settings, ...keys, join}))
  }

  /** Any number of results for each pair. */
  flatApply<R extends Rec>(flatJoin: FlatJoinFunction<A, B, R>): SingleOutputStreamOperator<R> {
    requireFunction('flatApply', flatJoin, 'join')
    return both(this.pair, 'Join', (keys) => createWindowJoinOperator({...this.settings, ...keys, flatJoin}))
  }
}

/** The windows of a coGroup. */
export class CoGroupedWindow<A, B, W extends Window> extends WindowBuilder<TaggedUnion<A, B>, W> {
  /** @internal */
  constructor(
    private readonly pair: Pair<A, B>,
    settings: Settings<A, B, W>,
  ) {
    super(settings)
  }

  /** Called with all elements of both streams of a window and key. */
  apply<R extends Rec>(coGroup: CoGroupFunction<A, B, R>): SingleOutputStreamOperator<R> {
    requireFunction('apply', coGroup, 'coGroup')
    return both(this.pair, 'CoGroup', (keys) => createCoGroupOperator({...this.settings, ...keys, coGroup}))
  }
}

interface Keys<A, B> {
  readonly firstKeySelector: (value: A) => unknown
  readonly secondKeySelector: (value: B) => unknown
}

function both<A, B, R>([first, second]: Pair<A, B>, name: string, make: (keys: Keys<A, B>) => Operator) {
  const keys = {firstKeySelector: first.selectKey, secondKeySelector: second.selectKey}
  return first.keyedOperator<R>(name, () => make(keys), second)
}
