import type {Collector, RichFunction} from '../functions/index.js'
import type {Operator} from '../operator.js'
import {lifeOf} from '../records/as-process-function.js'
import {refuseAsync} from '../records/function-life.js'
import type {Window} from '../windows/index.js'
import type {CoGroupFunction} from './co-group-function.js'
import {createCoGroupOperator} from './create-co-group-operator.js'
import type {FlatJoinFunction, JoinFunction} from './join-function.js'
import type {WindowJoinOptions} from './window-join-options.js'

/**
 * The operator of `a.join(b).where(…).equalTo(…).window(…)`: an inner join, each pair of elements of one window and key. Results have
 * the window's last timestamp.
 *
 * Errors   those of createWindowOperator.
 * Source   Flink 2.3 JoinedStreams.
 */
export function createWindowJoinOperator<L, R, K, W extends Window, OUT>(
  options: WindowJoinOptions<L, R, K, W, OUT>,
): Operator {
  const coGroup = 'join' in options ? joining(options.join) : flatJoining(options.flatJoin)
  return createCoGroupOperator<L, R, K, W, OUT>({...options, coGroup})
}

function joining<L, R, OUT>(userFunction: JoinFunction<L, R, OUT>): CoGroupFunction<L, R, OUT> {
  refuseAsync('join', typeof userFunction === 'function' ? userFunction : userFunction.join)
  const join = typeof userFunction === 'function' ? userFunction : userFunction.join.bind(userFunction)
  return withLife(userFunction, (first, second, out) => {
    for (const left of first) for (const right of second) out.collect(join(left, right))
  })
}

function flatJoining<L, R, OUT>(userFunction: FlatJoinFunction<L, R, OUT>): CoGroupFunction<L, R, OUT> {
  refuseAsync('join', typeof userFunction === 'function' ? userFunction : userFunction.join)
  const join = typeof userFunction === 'function' ? userFunction : userFunction.join.bind(userFunction)
  return withLife(userFunction, (first, second, out) => {
    for (const left of first) for (const right of second) join(left, right, out)
  })
}

function withLife<L, R, OUT>(
  userFunction: unknown,
  coGroup: (first: readonly L[], second: readonly R[], out: Collector<OUT>) => void,
): CoGroupFunction<L, R, OUT> {
  return typeof userFunction === 'function' ? coGroup : {...lifeOf(userFunction as RichFunction), coGroup}
}
