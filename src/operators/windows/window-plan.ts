import {durationMs, FtsError, MAX_TIMESTAMP_MS} from '../../core/index.js'
import {classNameOf} from '../class-name.js'
import {refuseAsync} from '../records/function-life.js'
import {toKeySelector} from '../records/to-key-selector.js'
import {MergingWindowAssigner} from './assigners/merging-window-assigner.js'
import type {WindowAssigner} from './assigners/window-assigner.js'
import {type AnyComputation, checkComputation} from './check-computation.js'
import type {Evictor} from './evictors/evictor.js'
import type {Trigger} from './triggers/trigger.js'
import type {Window} from './window.js'
import type {WindowOptions} from './window-options.js'

/** WindowOptions, checked and with everything filled in. */
export interface WindowPlan<W extends Window = Window> {
  readonly selectKey: (value: unknown) => unknown
  readonly assigner: WindowAssigner<unknown, W>
  readonly trigger: Trigger<unknown, W>
  readonly evictor: Evictor<unknown, W> | undefined
  readonly allowedLatenessMs: number
  readonly lateOutputTag: string | undefined
  readonly computation: AnyComputation<W>
}

/** Errors: `user` FTS_TRIGGER_CANNOT_MERGE, FTS_AGGREGATE_CANNOT_MERGE, FTS_RICH_FUNCTION, FTS_ASYNC_FUNCTION, FTS_BAD_DURATION. */
export function planWindow<IN, K, W extends Window, RESULT, OUT>(
  options: WindowOptions<IN, K, W, RESULT, OUT>,
): WindowPlan<W> {
  const {assigner, evictor, lateOutputTag} = options as unknown as WindowOptions<unknown, unknown, W>
  const computation = options.computation as unknown as AnyComputation<W>
  const trigger = (options.trigger as Trigger<unknown, W> | undefined) ?? assigner.getDefaultTrigger()
  const isMerging = assigner instanceof MergingWindowAssigner
  if (isMerging && !trigger.canMerge()) throw cannotMerge(assigner, trigger)
  checkComputation(computation, {merges: isMerging && evictor === undefined})
  refuseAsync('the key selector', options.keySelector)
  return {
    selectKey: toKeySelector(options.keySelector) as (value: unknown) => unknown,
    assigner,
    trigger,
    evictor,
    allowedLatenessMs: durationMs(options.allowedLateness ?? 0, 'the allowed lateness'),
    lateOutputTag: lateOutputTag?.id,
    computation,
  }
}

/** When a window is forgotten. MAX_TIMESTAMP_MS: never. Source: Flink 2.3 WindowOperator.cleanupTime. */
export function cleanupTime<W extends Window>({assigner, allowedLatenessMs}: WindowPlan<W>, window: W): number {
  const maxTimestampMs = window.maxTimestamp()
  if (!assigner.isEventTime) return maxTimestampMs
  return Math.min(maxTimestampMs + allowedLatenessMs, MAX_TIMESTAMP_MS)
}

function cannotMerge(assigner: object, trigger: object): FtsError {
  const names = {assigner: classNameOf(assigner), trigger: classNameOf(trigger)}
  return new FtsError(
    'user',
    'FTS_TRIGGER_CANNOT_MERGE',
    `the windows of ${names.assigner} merge, but trigger ${names.trigger} does not work on windows that merge`,
    names,
    {
      tryThis:
        'Use a trigger whose canMerge() is true, such as EventTimeTrigger or CountTrigger, or windows that do not merge.',
    },
  )
}
