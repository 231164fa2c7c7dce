import {FtsError} from '../../../core/index.js'
import {classNameOf} from '../../class-name.js'
import type {Window} from '../window.js'
import type {OnMergeContext, TriggerContext} from './trigger-context.js'
import type {TriggerResult} from './trigger-result.js'

/**
 * Decides when a window is evaluated. One trigger serves all keys and windows, and possibly several subtasks: it keeps what it knows in
 * `ctx.getPartitionedState`, never in fields.
 *
 * Source   Flink 2.3 Trigger.
 */
export abstract class Trigger<T = unknown, W extends Window = Window> {
  /** An element has been added to the window. `timestampMs` is MIN_TIMESTAMP_MS for none. */
  abstract onElement(element: T, timestampMs: number, window: W, ctx: TriggerContext): TriggerResult
  /** A processing-time timer, the trigger's own or the one that ends the window, fires. */
  abstract onProcessingTime(timeMs: number, window: W, ctx: TriggerContext): TriggerResult
  /** An event-time timer, the trigger's own or the one that ends the window, fires. */
  abstract onEventTime(timeMs: number, window: W, ctx: TriggerContext): TriggerResult

  /** Whether the trigger works on windows that merge (sessions). */
  canMerge(): boolean {
    return false
  }

  /** Windows have become `window`: brings their state together and sets the timers of the new one. */
  onMerge(_window: W, _ctx: OnMergeContext): void {
    throw new FtsError(
      'user',
      'FTS_TRIGGER_CANNOT_MERGE',
      `trigger ${classNameOf(this)} answers true to canMerge(), but has no onMerge()`,
      {trigger: classNameOf(this)},
      {tryThis: 'Write onMerge(window, ctx): merge the state and set the timers of the new window.'},
    )
  }

  /** The window ends: deletes its timers and its state. */
  abstract clear(window: W, ctx: TriggerContext): void
}
