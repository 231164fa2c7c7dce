import {
  type AllWindowComputation,
  type AllWindowFinish,
  type AllWindowFunction,
  classNameOf,
  countAggregate,
  createWindowAllOperator,
  type ProcessAllWindowFunctionLike,
  type Window,
} from '../operators/index.js'
import type {AggregateFunction, ReduceFunction} from '../state/index.js'
import type {DataStream} from './data-stream.js'
import {requireFunction, requireMethods} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {Rec} from './stream-types.js'
import {type SameComputation, WindowAggregates} from './window-aggregates.js'
import type {WindowSettings} from './window-settings.js'

/** What becomes of the one result of a window: a function with the window's context, or an object with `apply` or `process`. */
export type AllWindowResultFunction<T, R, W extends Window> =
  | ProcessAllWindowFunctionLike<T, R, W>
  | Exclude<AllWindowFunction<T, R, W>, (...args: never[]) => unknown>

/** The windows of a whole stream, before it is said what they compute. One subtask computes them. See WindowedStream. */
export class AllWindowedStream<T, W extends Window> extends WindowAggregates<T, W> {
  /** @internal */
  constructor(
    private readonly stream: DataStream<T>,
    settings: WindowSettings<T, W>,
  ) {
    super(settings)
  }

  reduce(reduce: ReduceFunction<T>): SingleOutputStreamOperator<T>
  reduce<R extends Rec>(
    reduce: ReduceFunction<T>,
    result: AllWindowResultFunction<T, R, W>,
  ): SingleOutputStreamOperator<R>
  reduce<R extends Rec>(
    reduce: ReduceFunction<T>,
    result?: AllWindowResultFunction<T, R, W>,
  ): SingleOutputStreamOperator<R> {
    requireFunction('reduce', reduce, 'reduce')
    return this.compute({kind: 'reduce', reduce, ...finishOf('reduce', result)})
  }

  aggregate<ACC, A extends Rec>(aggregate: AggregateFunction<T, ACC, A>): SingleOutputStreamOperator<A>
  aggregate<ACC, A, R extends Rec>(
    aggregate: AggregateFunction<T, ACC, A>,
    result: AllWindowResultFunction<A, R, W>,
  ): SingleOutputStreamOperator<R>
  aggregate<ACC, A, R extends Rec>(
    aggregate: AggregateFunction<T, ACC, A>,
    result?: AllWindowResultFunction<A, R, W>,
  ): SingleOutputStreamOperator<R> {
    requireMethods('aggregate', aggregate, 'createAccumulator', 'add', 'getResult')
    return this.compute({kind: 'aggregate', aggregate, ...finishOf('aggregate', result)})
  }

  process<R extends Rec>(process: ProcessAllWindowFunctionLike<T, R, W>): SingleOutputStreamOperator<R> {
    requireFunction('process', process, 'process')
    return this.compute({kind: 'elements', finish: {kind: 'process', process}})
  }

  apply<R extends Rec>(apply: AllWindowFunction<T, R, W>): SingleOutputStreamOperator<R> {
    requireFunction('apply', apply, 'apply')
    return this.compute({kind: 'elements', finish: {kind: 'apply', apply}})
  }

  /** The number of elements of a window. */
  count(): SingleOutputStreamOperator<number> {
    return this.compute({kind: 'aggregate', aggregate: countAggregate})
  }

  /** @internal */
  protected override computeSame(computation: SameComputation<T>): SingleOutputStreamOperator<T> {
    return this.compute<T, T>(computation)
  }

  private compute<A, R>(computation: AllWindowComputation<T, A, R, W>): SingleOutputStreamOperator<R> {
    const {stream, settings} = this
    return stream.oneSubtask(classNameOf(settings.assigner), () =>
      createWindowAllOperator<T, W, A, R>({...settings, computation}),
    )
  }
}

function finishOf<T, R, W extends Window>(
  method: string,
  result: AllWindowResultFunction<T, R, W> | undefined,
): {readonly finish?: AllWindowFinish<T, R, W>} {
  if (result === undefined) return {}
  if (typeof result === 'function') return {finish: {kind: 'process', process: result}}
  if ('apply' in result) return {finish: {kind: 'apply', apply: result}}
  requireFunction(`the second argument of ${method}`, result, 'process')
  return {finish: {kind: 'process', process: result}}
}
