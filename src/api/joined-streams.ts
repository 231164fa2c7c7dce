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
import {WindowBuilder, type WindowSettings} from './window-settings.js'

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
  where(key: KeyOf<A>): {
    equalTo(key: KeyOf<B>): {window<W extends Window>(assigner: Assigner<A, B, W>): JoinedWindow<A, B, W>}
  } {
    return keyed(this.first, this.second, key, (pair, settings) => new JoinedWindow(pair, settings))
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
  where(key: KeyOf<A>): {
    equalTo(key: KeyOf<B>): {window<W extends Window>(assigner: Assigner<A, B, W>): CoGroupedWindow<A, B, W>}
  } {
    return keyed(this.first, this.second, key, (pair, settings) => new CoGroupedWindow(pair, settings))
  }
}

type Assigner<A, B, W extends Window> = WindowAssigner<TaggedUnion<A, B>, W>
type Settings<A, B, W extends Window> = WindowSettings<TaggedUnion<A, B>, W>
type Pair<A, B> = readonly [KeyedStream<A, unknown>, KeyedStream<B, unknown>]

function keyed<A, B>(
  first: DataStream<A>,
  second: DataStream<B>,
  firstKey: KeyOf<A>,
  // biome-ignore lint/suspicious/noExplicitAny: of whichever window comes last
  make: (pair: Pair<A, B>, settings: Settings<A, B, any>) => any,
) {
  const one = first.keyBy(toKeySelector(firstKey as KeySelector<A>))
  return {
    equalTo: (secondKey: KeyOf<B>) => {
      const other = second.keyBy(toKeySelector(secondKey as KeySelector<B>))
      return {window: <W extends Window>(assigner: Assigner<A, B, W>) => make([one, other], {assigner})}
    },
  }
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
