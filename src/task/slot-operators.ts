import type {WordKernel} from '../columns/index.js'
import {formatFactories, lineSourceFactories, sinkFactories, textSourceFactory} from '../connectors/index.js'
import {aggregateFactories, type OperatorRegistry, wordOperatorFactories} from '../operators/index.js'
import type {Timers} from '../platform/index.js'

/** The operators that every slot has, by factory name: the one place where they are put together. */
export function slotOperators(parts: {readonly timers: Timers; kernel(): WordKernel}): OperatorRegistry {
  const {timers, kernel} = parts
  return new Map([
    textSourceFactory(timers),
    ...lineSourceFactories(timers),
    ...formatFactories(),
    ...sinkFactories(timers),
    ...aggregateFactories(),
    ...wordOperatorFactories(kernel),
  ])
}
