import type {KeyedStateStore} from '../../state/index.js'
import type {Accumulator, DoubleCounter, Histogram, IntCounter, LongCounter} from '../accumulators/index.js'
import type {Counter} from './counter.js'

/** Which of the parallel instances of an operator this is. */
export interface TaskInfo {
  /** The operator's name. */
  readonly name: string
  /** 0 … parallelism - 1. */
  readonly index: number
  readonly parallelism: number
  readonly maxParallelism: number
  /** 0 for the first attempt, one more after each restart. */
  readonly attempt: number
}

/**
 * What a rich function gets in `open`: its place in the job, its state and its counters.
 *
 * Errors   `user` FTS_NOT_KEYED for a keyed state after something else than `keyBy`; those of the state room.
 */
export interface RuntimeContext extends KeyedStateStore {
  readonly taskInfo: TaskInfo
  /** A counter by this name; the sum over all subtasks is in the job's summary. The same name gives the same counter. */
  counter(name: string): Counter
  /**
   * Adds something up over all subtasks: `addAccumulator('largest', new DoubleMaximum())`. The result is in `JobExecutionResult.accumulators`.
   * Errors: `user` FTS_ACCUMULATOR if the name is taken in this operator.
   */
  addAccumulator<V, R>(name: string, accumulator: Accumulator<V, R>): void
  getAccumulator<V, R>(name: string): Accumulator<V, R> | undefined
  /** The accumulator of this name, made where there is none; so do the next three. */
  getIntCounter(name: string): IntCounter
  getLongCounter(name: string): LongCounter
  getDoubleCounter(name: string): DoubleCounter
  getHistogram(name: string): Histogram
}
