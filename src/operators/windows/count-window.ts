import {GlobalWindows} from './assigners/global-windows.js'
import {CountEvictor} from './evictors/count-evictor.js'
import type {Evictor} from './evictors/evictor.js'
import type {GlobalWindow} from './global-window.js'
import {positiveCount} from './positive-count.js'
import {CountTrigger} from './triggers/count-trigger.js'
import {PurgingTrigger} from './triggers/purging-trigger.js'
import type {Trigger} from './triggers/trigger.js'

export interface CountWindow {
  readonly assigner: GlobalWindows
  readonly trigger: Trigger<unknown, GlobalWindow>
  readonly evictor?: Evictor<unknown, GlobalWindow>
}

/**
 * Windows by number of elements, as options of a window: every `size` elements of a key, or, with a slide, the last `size` elements
 * after every `slide` of them. Results have the timestamp MAX_TIMESTAMP_MS.
 *
 * Errors   `user` FTS_BAD_WINDOW.
 * Source   Flink 2.3 KeyedStream.countWindow.
 */
export function countWindow(size: number, slide?: number): CountWindow {
  const assigner = GlobalWindows.create()
  positiveCount(size, 'the size of countWindow')
  if (slide === undefined) return {assigner, trigger: PurgingTrigger.of(CountTrigger.of(size))}
  positiveCount(slide, 'the slide of countWindow')
  return {assigner, evictor: CountEvictor.of(size), trigger: CountTrigger.of(slide)}
}
