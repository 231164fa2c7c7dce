import {type KeySelector, toKeySelector} from '../operators/index.js'
import type {DataStream} from './data-stream.js'
import type {KeyedStream} from './keyed-stream.js'
import type {FieldOf, FieldType} from './stream-types.js'

/** Flink's DataStreamUtils. */
export class DataStreamUtils {
  private constructor() {}

  /**
   * A stream whose records are in the subtasks of their keys already (it was keyed the same way before, at the same parallelism) as a keyed one,
   * without sending them again. A record whose key belongs to another subtask fails the job.
   */
  static reinterpretAsKeyedStream<T, F extends FieldOf<T>>(
    stream: DataStream<T>,
    field: F,
  ): KeyedStream<T, FieldType<T, F>>
  static reinterpretAsKeyedStream<T, K>(stream: DataStream<T>, selector: (value: T) => K): KeyedStream<T, K>
  static reinterpretAsKeyedStream<T, K>(stream: DataStream<T>, selector: KeySelector<T, K>): KeyedStream<T, K> {
    return stream.keyedWhereItIs(toKeySelector<T>(selector as never) as (value: T) => K)
  }
}
