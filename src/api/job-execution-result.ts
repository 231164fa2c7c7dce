import type {AccumulatorSnapshot, AccumulatorSnapshots} from '../core/index.js'
import {decodeValue} from '../types/index.js'

/** What came of a job. */
export interface JobExecutionResult {
  readonly jobId: string
  readonly jobName: string
  /** From submission to the end, in ms. */
  readonly netRuntimeMs: number
  /** What functions counted with `getRuntimeContext().counter(name)` and what operators reported, summed over all subtasks, by name. */
  readonly counters: Readonly<Record<string, number>>
  /**
   * The accumulators of all subtasks put together, by name: a number of a counter, a minimum, a maximum or an average, a Map of a histogram,
   * an array of a list. Undefined where one name was given to accumulators of several types, which cannot be put together.
   */
  // biome-ignore lint/suspicious/noExplicitAny: whoever named the accumulator knows its result
  readonly accumulators: Readonly<Record<string, any>>
}

/** The same as plain JSON. */
export interface JobOutcome extends Omit<JobExecutionResult, 'accumulators'> {
  readonly accumulators: AccumulatorSnapshots
}

export function jobExecutionResult({accumulators, ...outcome}: JobOutcome): JobExecutionResult {
  const results = Object.entries(accumulators).map(([name, snapshot]) => [name, resultOf(snapshot)])
  return {...outcome, accumulators: Object.fromEntries(results)}
}

function resultOf(snapshot: AccumulatorSnapshot): unknown {
  switch (snapshot.kind) {
    case 'average':
      return snapshot.count === 0 ? 0 : Number(snapshot.sum) / snapshot.count
    case 'histogram':
      return new Map(snapshot.counts)
    case 'list':
      return snapshot.elements.map((element) => decodeValue(new Uint8Array(Buffer.from(element, 'base64'))))
    case 'conflict':
      return undefined
    default:
      return Number(snapshot.value)
  }
}
