import type {WordKernel} from '../columns/index.js'
import {
  formatFactories,
  lineSourceFactories,
  type OpenTarget,
  sinkFactories,
  textSourceFactory,
} from '../connectors/index.js'
import {aggregateFactories, type OperatorRegistry, wordOperatorFactories} from '../operators/index.js'
import type {Timers} from '../platform/index.js'

/** The operators that every slot has, by factory name: the one place where they are put together. */
export function slotOperators(parts: {
  readonly timers: Timers
  kernel(): WordKernel
  /** Default: where sinks really write. */
  readonly openTarget?: OpenTarget
}): OperatorRegistry {
  const {timers, kernel, openTarget} = parts
  return new Map([
    textSourceFactory(timers),
    ...lineSourceFactories(timers),
    ...formatFactories(),
    ...sinkFactories(timers, openTarget),
    ...aggregateFactories(),
    ...wordOperatorFactories(kernel),
  ])
}
