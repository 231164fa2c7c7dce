import type {AccumulatorSnapshot} from '../../core/index.js'
import {encodeValue} from '../../types/index.js'
import type {Accumulator} from './accumulator.js'

/**
 * All values, in the order in which each subtask added them; subtasks one after the other. They are kept in memory and sent to the program at the
 * end: for a few notes on a job, not for its results (see `executeAndCollect`).
 */
export class ListAccumulator<T> implements Accumulator<T, readonly T[]> {
  private values: T[] = []
  /** Values as they were when they were added, since objects may change later. */
  private encoded: string[] = []

  /** Errors: `user` FTS_NOT_SERIALIZABLE for a value that cannot be sent. */
  add(value: T): void {
    this.encoded.push(Buffer.from(encodeValue(value)).toString('base64'))
    this.values.push(value)
  }

  getLocalValue(): readonly T[] {
    return [...this.values]
  }

  resetLocal(): void {
    this.values = []
    this.encoded = []
  }

  /** @internal */
  snapshot(): AccumulatorSnapshot {
    return {type: 'ListAccumulator', kind: 'list', elements: this.encoded}
  }
}
