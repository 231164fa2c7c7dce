import type {JobGraphSpec} from '../specs.js'
import {jobPlan} from './job-plan.js'

/** A job's plan in the form of Flink's `info`. */
export interface PlanJson {
  readonly nodes: readonly {
    readonly id: number
    readonly type: string
    readonly pact: string
    readonly contents: string
    readonly parallelism: number
    readonly predecessors?: readonly {
      readonly id: number
      readonly ship_strategy: string
      readonly side: 'first' | 'second'
    }[]
  }[]
}

/**
 * Source   Flink 2.3 JSONGenerator: sources have no predecessors at all, the first input of an operator is its second side, as in Flink, where the
 *          first is the one that an iteration would feed.
 */
export function planJson(graph: JobGraphSpec): PlanJson {
  return {
    nodes: jobPlan(graph).map(({id, operator, vertex, pact, predecessors}) => ({
      id,
      type: operator.name,
      pact,
      contents: operator.description ?? operator.name,
      parallelism: vertex.parallelism,
      ...(predecessors.length === 0
        ? {}
        : {
            predecessors: predecessors.map(({id: from, shipStrategy}) => ({
              id: from,
              ship_strategy: shipStrategy,
              side: 'second' as const,
            })),
          }),
    })),
  }
}
