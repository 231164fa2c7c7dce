import type {Duration} from '../../core/index.js'
import type {KeySelector, OutputTag} from '../functions/index.js'
import type {WindowAssigner} from './assigners/window-assigner.js'
import type {Evictor} from './evictors/evictor.js'
import type {WindowComputation} from './functions/window-computation.js'
import type {Trigger} from './triggers/trigger.js'
import type {Window} from './window.js'

/** A window over a keyed stream, as the user put it together. */
export interface WindowOptions<IN = unknown, K = unknown, W extends Window = Window, RESULT = unknown, OUT = unknown> {
  readonly keySelector: KeySelector<IN, K>
  readonly assigner: WindowAssigner<IN, W>
  /** Default: the assigner's own. */
  readonly trigger?: Trigger<IN, W> | undefined
  readonly evictor?: Evictor<IN, W> | undefined
  /** How long a window of event time lives on after its end. Default: 0. */
  readonly allowedLateness?: Duration | undefined
  /** Where elements go that come too late; without it they are dropped and counted. */
  readonly lateOutputTag?: OutputTag<IN> | undefined
  readonly computation: WindowComputation<IN, RESULT, OUT, K, W>
}
