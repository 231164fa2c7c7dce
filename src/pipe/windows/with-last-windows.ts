import type {TimeWindow, WindowAssigner} from '../../operators/index.js'
import {EndOfInputTrigger} from './end-of-input-trigger.js'

/**
 * The same windows of processing time, whose default trigger also fires when the input ends. Flink drops windows that are still open then:
 * right for a job that will go on, wrong for `cat log | fts pipe …`, which would print nothing.
 */
export function withLastWindows<A extends WindowAssigner<unknown, TimeWindow>>(assigner: A): A {
  assigner.getDefaultTrigger = () => new EndOfInputTrigger()
  return assigner
}
