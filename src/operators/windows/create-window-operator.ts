import type {Operator} from '../operator.js'
import {alignedPlan} from './aligned/aligned-plan.js'
import {AlignedWindowOperator} from './aligned/aligned-window-operator.js'
import type {Window} from './window.js'
import {WindowOperator} from './window-operator.js'
import type {WindowOptions} from './window-options.js'
import {planWindow} from './window-plan.js'

/**
 * The operator of a window over a keyed stream: the fast one where it does the same (see the README), else the general one.
 *
 * Errors   `user` FTS_TRIGGER_CANNOT_MERGE, FTS_AGGREGATE_CANNOT_MERGE, FTS_RICH_FUNCTION, FTS_ASYNC_FUNCTION, FTS_BAD_DURATION,
 *          FTS_BAD_KEY_SELECTOR.
 */
export function createWindowOperator<IN, K, W extends Window, RESULT, OUT>(
  options: WindowOptions<IN, K, W, RESULT, OUT>,
): Operator {
  const plan = planWindow(options)
  const aligned = alignedPlan(plan)
  return aligned === undefined ? new WindowOperator(plan) : new AlignedWindowOperator(aligned)
}
