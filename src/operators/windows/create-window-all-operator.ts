import type {AggregateFunction, ReduceFunction} from '../../state/index.js'
import type {Collector, RichFunction} from '../functions/index.js'
import type {Operator} from '../operator.js'
import {lifeOf} from '../records/as-process-function.js'
import {createWindowOperator} from './create-window-operator.js'
import type {AllWindowFunction} from './functions/all-window-function.js'
import type {ProcessAllWindowFunctionLike} from './functions/process-all-window-function.js'
import type {WindowFinish} from './functions/window-computation.js'
import type {WindowContext} from './functions/window-context.js'
import type {Window} from './window.js'
import type {WindowOptions} from './window-options.js'

export type AllWindowFinish<IN, OUT, W extends Window> =
  | {readonly kind: 'apply'; readonly apply: AllWindowFunction<IN, OUT, W>}
  | {readonly kind: 'process'; readonly process: ProcessAllWindowFunctionLike<IN, OUT, W>}
  | {readonly kind: 'toRecord'; readonly toRecord: (result: IN, window: W) => OUT}

/** WindowComputation for a stream without keys. */
export type AllWindowComputation<IN, RESULT, OUT, W extends Window> =
  | {
      readonly kind: 'reduce'
      readonly reduce: ReduceFunction<IN>
      readonly finish?: AllWindowFinish<IN, OUT, W> | undefined
    }
  | {
      readonly kind: 'aggregate'
      // biome-ignore lint/suspicious/noExplicitAny: the accumulator is the function's own matter
      readonly aggregate: AggregateFunction<IN, any, RESULT>
      readonly finish?: AllWindowFinish<RESULT, OUT, W> | undefined
    }
  | {readonly kind: 'elements'; readonly finish: AllWindowFinish<IN, OUT, W>}

export interface AllWindowOptions<IN = unknown, W extends Window = Window, RESULT = unknown, OUT = unknown>
  extends Omit<WindowOptions<IN, number, W, RESULT, OUT>, 'keySelector' | 'computation'> {
  readonly computation: AllWindowComputation<IN, RESULT, OUT, W>
}

/** The operator of a window over a stream without keys: all elements have one key. It needs a parallelism of 1. */
export function createWindowAllOperator<IN, W extends Window, RESULT, OUT>(
  options: AllWindowOptions<IN, W, RESULT, OUT>,
): Operator {
  const computation = options.computation as AllWindowComputation<unknown, unknown, unknown, W>
  const {finish} = computation
  const keyed = {...computation, ...(finish === undefined ? {} : {finish: withKey(finish)})}
  return createWindowOperator({...options, keySelector: () => 0, computation: keyed} as unknown as WindowOptions<
    unknown,
    number,
    W
  >)
}

type AnyFinish<W extends Window> = WindowFinish<unknown, unknown, unknown, W>

function withKey<W extends Window>(finish: AllWindowFinish<unknown, unknown, W>): AnyFinish<W> {
  if (finish.kind === 'toRecord') {
    const {toRecord} = finish
    return {kind: 'toRecord', toRecord: (_key, result, window) => toRecord(result, window)}
  }
  return finish.kind === 'apply' ? {kind: 'apply', apply: applyWithKey(finish.apply)} : processWithKey(finish.process)
}

function applyWithKey<W extends Window>(user: AllWindowFunction<unknown, unknown, W>) {
  type Elements = readonly unknown[]
  type Out = Collector<unknown>
  if (typeof user === 'function')
    return (_key: unknown, window: W, elements: Elements, out: Out) => user(window, elements, out)
  const apply = (_key: unknown, window: W, elements: Elements, out: Out) => user.apply(window, elements, out)
  return {...lifeOf(user as RichFunction), apply}
}

function processWithKey<W extends Window>(user: ProcessAllWindowFunctionLike<unknown, unknown, W>): AnyFinish<W> {
  type Elements = readonly unknown[]
  type Out = Collector<unknown>
  if (typeof user === 'function')
    return {
      kind: 'process',
      process: (_key, ctx: WindowContext<W>, elements: Elements, out: Out) => user(ctx, elements, out),
    }
  const process = (_key: unknown, ctx: WindowContext<W>, elements: Elements, out: Out) =>
    user.process(ctx, elements, out)
  const clear = user.clear === undefined ? {} : {clear: (ctx: WindowContext<W>) => user.clear?.(ctx)}
  return {kind: 'process', process: {...lifeOf(user as RichFunction), process, ...clear}}
}
