import type {Trigger} from '../triggers/trigger.js'
import type {Window} from '../window.js'

/** What an assigner may ask. One object for each operator subtask. */
export interface WindowAssignerContext {
  getCurrentProcessingTime(): number
  /** 0 … parallelism - 1. */
  readonly subtaskIndex: number
  /** The assigner's note how far the windows of this subtask are shifted, see WindowStagger. Undefined before the first element. */
  staggerMs: number | undefined
}

/** Says which windows an element belongs to. */
export abstract class WindowAssigner<T = unknown, W extends Window = Window> {
  /** Whether its windows end by watermark; else by the clock. */
  abstract readonly isEventTime: boolean
  /** The array belongs to the assigner: it may be the same for many elements. `timestampMs` is MIN_TIMESTAMP_MS for none. */
  abstract assignWindows(element: T, timestampMs: number, context: WindowAssignerContext): readonly W[]
  abstract getDefaultTrigger(): Trigger<T, W>
  /** Makes a window of its fields, as a checkpoint has stored them. Needed for windows of classes of one's own. */
  restoreWindow?(fields: unknown): W
}
