import {SlidingEventTimeWindows} from '../assigners/sliding-event-time-windows.js'
import {TumblingEventTimeWindows} from '../assigners/tumbling-event-time-windows.js'
import type {WindowAssignerContext} from '../assigners/window-assigner.js'
import type {TimeWindow} from '../time-window.js'
import {EventTimeTrigger} from '../triggers/event-time-trigger.js'
import type {Window} from '../window.js'
import type {WindowPlan} from '../window-plan.js'
import {type Fold, foldOf} from './fold.js'

/** A plan that AlignedWindowOperator can carry out. */
export interface AlignedPlan {
  readonly plan: WindowPlan<TimeWindow>
  readonly fold: Fold
  readonly sizeMs: number
  readonly slideMs: number
  readonly shiftMs: (context: WindowAssignerContext) => number
}

/** The plan for the fast operator, or undefined where that would not do exactly the same. */
export function alignedPlan<W extends Window>(general: WindowPlan<W>): AlignedPlan | undefined {
  const plan = general as unknown as WindowPlan<TimeWindow>
  const {assigner, trigger, evictor, computation} = plan
  if (evictor !== undefined || !isPlain(trigger, EventTimeTrigger) || computation.kind === 'elements') return undefined
  const {finish} = computation
  // It is to be told of the end of each key's window, in the order of the timers.
  if (finish?.kind === 'process' && typeof finish.process !== 'function' && finish.process.clear !== undefined)
    return undefined
  const fold = foldOf(computation)
  if (isPlain(assigner, TumblingEventTimeWindows)) {
    const {sizeMs} = assigner
    return {plan, fold, sizeMs, slideMs: sizeMs, shiftMs: (context) => assigner.shiftMs(context)}
  }
  if (isPlain(assigner, SlidingEventTimeWindows)) {
    const {sizeMs, slideMs, offsetMs} = assigner
    return {plan, fold, sizeMs, slideMs, shiftMs: () => offsetMs}
  }
  return undefined
}

/** Whether it is of this very class: one derived from it may do anything. */
function isPlain<T extends object>(value: object, type: {readonly prototype: T}): value is T {
  return Object.getPrototypeOf(value) === type.prototype
}
