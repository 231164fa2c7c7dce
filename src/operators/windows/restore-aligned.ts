import type {HeapTimerService, KnownKey, LocalKeyedStateBackend, Namespace} from '../../state/index.js'
import type {OperatorContext} from '../operator.js'
import {SlidingEventTimeWindows} from './assigners/sliding-event-time-windows.js'
import {TumblingEventTimeWindows} from './assigners/tumbling-event-time-windows.js'
import {ALIGNED_NUMBERS, ALIGNED_WINDOWS, isAlignedExtra, otherForm, takeOther, WINDOW_CONTENTS} from './other-form.js'
import {TimeWindow} from './time-window.js'
import type {Window} from './window.js'
import {cleanupTime, type WindowPlan} from './window-plan.js'

export interface RestoredOperator<W extends Window & Namespace> {
  readonly plan: WindowPlan<W>
  readonly context: OperatorContext
  readonly state: LocalKeyedStateBackend
  readonly timers: HeapTimerService<W>
}

/**
 * What the fast operator has stored becomes contents and timers of the general one: that of the window's end, which a trigger by event time would have set,
 * and that of its cleanup. For a window that has got another trigger, say.
 *
 * Errors   `user` FTS_OTHER_WINDOWS where values by key and window are not what the general one would hold.
 */
export function restoreAligned<W extends Window & Namespace>(
  operator: RestoredOperator<W>,
  extras: readonly unknown[],
): void {
  const {plan, context, state} = operator
  const values = takeOther(context, state, ALIGNED_WINDOWS)
  const numbers = takeOther(context, state, ALIGNED_NUMBERS)
  if (values === undefined && numbers === undefined) return
  const extra = extras.find(isAlignedExtra)
  if (extra === undefined || !isTimed(plan)) throw otherForm(context)
  const put = (known: KnownKey, start: number, value: unknown) =>
    putContents(operator, known, new TimeWindow(start, start + extra.sizeMs) as Window as W, value)
  for (const {known, value} of values?.entries ?? [])
    for (const [start, one] of (value as {entries(): Iterable<[number, unknown]>}).entries()) put(known, start, one)
  for (const {known, namespace, value} of numbers?.entries ?? []) put(known, namespace as number, value)
}

function isTimed<W extends Window>({assigner, evictor, computation}: WindowPlan<W>): boolean {
  const isOfTime = assigner instanceof TumblingEventTimeWindows || assigner instanceof SlidingEventTimeWindows
  return isOfTime && evictor === undefined && computation.kind !== 'elements'
}

function putContents<W extends Window & Namespace>(
  {plan, state, timers}: RestoredOperator<W>,
  known: KnownKey,
  window: W,
  value: unknown,
): void {
  const kind = plan.computation.kind === 'reduce' ? 'reducing' : 'aggregating'
  state.putRestored({name: WINDOW_CONTENTS, kind, hasTtl: false}, known, window, value)
  state.resume(known)
  if (window.maxTimestamp() > timers.currentWatermark()) timers.registerEventTimeTimer(window, window.maxTimestamp())
  timers.registerEventTimeTimer(window, cleanupTime(plan, window))
}
