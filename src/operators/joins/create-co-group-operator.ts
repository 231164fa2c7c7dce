import type {Collector, RichFunction} from '../functions/index.js'
import type {Operator} from '../operator.js'
import {lifeOf} from '../records/as-process-function.js'
import {refuseAsync} from '../records/function-life.js'
import {toKeySelector} from '../records/to-key-selector.js'
import type {Window, WindowFunction} from '../windows/index.js'
import {planWindow} from '../windows/window-plan.js'
import type {CoGroupFunction} from './co-group-function.js'
import {CoGroupOperator} from './co-group-operator.js'
import type {TaggedUnion} from './tagged-union.js'
import type {CoGroupOptions} from './window-join-options.js'

/**
 * The operator of `a.coGroup(b).where(…).equalTo(…).window(…)`: the function gets the elements of both inputs for each window and key.
 *
 * Errors   those of createWindowOperator.
 * Source   Flink 2.3 CoGroupedStreams.
 */
export function createCoGroupOperator<L, R, K, W extends Window, OUT>(
  options: CoGroupOptions<L, R, K, W, OUT>,
): Operator {
  const {firstKeySelector, secondKeySelector, coGroup} = options
  refuseAsync('coGroup', typeof coGroup === 'function' ? coGroup : coGroup.coGroup)
  const apply = applyOf(coGroup) as unknown as WindowFunction<TaggedUnion<L, R>, OUT, K, W>
  const plan = planWindow<TaggedUnion<L, R>, K, W, unknown, OUT>({
    ...options,
    // The operator asks the selector of the input.
    keySelector: () => undefined as never,
    computation: {kind: 'elements', finish: {kind: 'apply', apply}},
  })
  return new CoGroupOperator<W>(plan, [
    toKeySelector(firstKeySelector) as (value: unknown) => unknown,
    toKeySelector(secondKeySelector) as (value: unknown) => unknown,
  ])
}

function applyOf<L, R, OUT>(coGroup: CoGroupFunction<L, R, OUT>) {
  type Elements = readonly TaggedUnion<L, R>[]
  const call = typeof coGroup === 'function' ? coGroup : coGroup.coGroup.bind(coGroup)
  const apply = (_key: unknown, _window: unknown, elements: Elements, out: Collector<OUT>) => {
    const first: L[] = []
    const second: R[] = []
    for (const element of elements) {
      if (element.input === 'first') first.push(element.value)
      else second.push(element.value)
    }
    call(first, second, out)
  }
  return typeof coGroup === 'function' ? apply : {...lifeOf(coGroup as RichFunction), apply}
}
