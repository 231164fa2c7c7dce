import type {AccumulatorSnapshot} from '../../core/index.js'

/**
 * Adds something up over all subtasks of a job; the result is in the JobExecutionResult and in the job's summary. Each subtask has its own
 * until then. What a failed attempt has added does not count.
 *
 * The classes are Flink's, and these only: what several subtasks have added is put together where the program's own classes are not loaded.
 */
export interface Accumulator<V, R = V> {
  add(value: V): void
  /** Of this subtask. */
  getLocalValue(): R
  resetLocal(): void
  /** @internal What travels. */
  snapshot(): AccumulatorSnapshot
}
