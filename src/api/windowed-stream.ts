import {
  classNameOf,
  countAggregate,
  createWindowOperator,
  type ProcessWindowFunctionLike,
  type Window,
  type WindowComputation,
  type WindowFinish,
  type WindowFunction,
} from '../operators/index.js'
import type {AggregateFunction, ReduceFunction} from '../state/index.js'
import type {KeyedStream} from './keyed-stream.js'
import {requireFunction, requireMethods} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {Rec} from './stream-types.js'
import {type SameComputation, WindowAggregates} from './window-aggregates.js'
import type {WindowSettings} from './window-settings.js'

/** What becomes of the one result of a window: a function with the window's context, or an object with `apply` or `process`. */
export type WindowResultFunction<T, R, K, W extends Window> =
  | ProcessWindowFunctionLike<T, R, K, W>
  | Exclude<WindowFunction<T, R, K, W>, (...args: never[]) => unknown>

/** The windows of each key of a stream, before it is said what they compute. */
export class WindowedStream<T, K, W extends Window> extends WindowAggregates<T, W> {
  /** @internal */
  constructor(
    private readonly stream: KeyedStream<T, K>,
    settings: WindowSettings<T, W>,
  ) {
    super(settings)
  }

  /** What is left of all elements of a window; with a second function, what it makes of that and the window. */
  reduce(reduce: ReduceFunction<T>): SingleOutputStreamOperator<T>
  reduce<R extends Rec>(
    reduce: ReduceFunction<T>,
    result: WindowResultFunction<T, R, K, W>,
  ): SingleOutputStreamOperator<R>
  reduce<R extends Rec>(
    reduce: ReduceFunction<T>,
    result?: WindowResultFunction<T, R, K, W>,
  ): SingleOutputStreamOperator<R> {
    requireFunction('reduce', reduce, 'reduce')
    return this.compute({kind: 'reduce', reduce, ...finishOf('reduce', result)})
  }

  /** The result over all elements of a window, added one by one; with a second function, what it makes of that and the window. */
  aggregate<ACC, A extends Rec>(aggregate: AggregateFunction<T, ACC, A>): SingleOutputStreamOperator<A>
  aggregate<ACC, A, R extends Rec>(
    aggregate: AggregateFunction<T, ACC, A>,
    result: WindowResultFunction<A, R, K, W>,
  ): SingleOutputStreamOperator<R>
  aggregate<ACC, A, R extends Rec>(
    aggregate: AggregateFunction<T, ACC, A>,
    result?: WindowResultFunction<A, R, K, W>,
  ): SingleOutputStreamOperator<R> {
    requireMethods('aggregate', aggregate, 'createAccumulator', 'add', 'getResult')
    return this.compute({kind: 'aggregate', aggregate, ...finishOf('aggregate', result)})
  }

  /** All elements of a window at once, with its context. They are kept until then: prefer reduce or aggregate. */
  process<R extends Rec>(process: ProcessWindowFunctionLike<T, R, K, W>): SingleOutputStreamOperator<R> {
    requireFunction('process', process, 'process')
    return this.compute({kind: 'elements', finish: {kind: 'process', process}})
  }

  /** All elements of a window at once; see `process`. */
  apply<R extends Rec>(apply: WindowFunction<T, R, K, W>): SingleOutputStreamOperator<R> {
    requireFunction('apply', apply, 'apply')
    return this.compute({kind: 'elements', finish: {kind: 'apply', apply}})
  }

  /** The number of elements of a window, as `[key, count]`. */
  count(): SingleOutputStreamOperator<[K, number]> {
    const toRecord = (key: K, count: number): [K, number] => [key, count]
    return this.compute({kind: 'aggregate', aggregate: countAggregate, finish: {kind: 'toRecord', toRecord}})
  }

  /** @internal */
  protected override computeSame(computation: SameComputation<T>): SingleOutputStreamOperator<T> {
    return this.compute<T, T>(computation)
  }

  private compute<A, R>(computation: WindowComputation<T, A, R, K, W>): SingleOutputStreamOperator<R> {
    const {stream, settings} = this
    const options = {...settings, keySelector: stream.selectKey, computation}
    return stream.keyedOperator(classNameOf(settings.assigner), () => createWindowOperator<T, K, W, A, R>(options))
  }
}

function finishOf<T, R, K, W extends Window>(
  method: string,
  result: WindowResultFunction<T, R, K, W> | undefined,
): {readonly finish?: WindowFinish<T, R, K, W>} {
  if (result === undefined) return {}
  if (typeof result === 'function') return {finish: {kind: 'process', process: result}}
  if ('apply' in result) return {finish: {kind: 'apply', apply: result}}
  requireFunction(`the second argument of ${method}`, result, 'process')
  return {finish: {kind: 'process', process: result}}
}
