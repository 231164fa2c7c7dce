import type {Duration} from '../core/index.js'
import type {AsyncFunction, AsyncRetryStrategy} from '../operators/index.js'
import type {DataStream} from './data-stream.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {Rec} from './stream-types.js'

export interface AsyncOptions<R> {
  /** `unordered`: as they come, but not past a watermark. Default: `ordered`. */
  readonly order?: 'ordered' | 'unordered'
  /** For a record, over all attempts; then the job fails, or `timeout` of the function is called. Default: none. */
  readonly timeout?: Duration
  /** Records under way at most. Default: 100. */
  readonly capacity?: number
  /** When a call is made again: fixedDelayRetry, exponentialBackoffRetry, or your own. */
  readonly retry?: AsyncRetryStrategy<R>
}

/** `stream.asyncWait` under Flink's names. */
export class AsyncDataStream {
  private constructor() {}

  static orderedWait<T, R extends Rec>(
    stream: DataStream<T>,
    asyncFunction: AsyncFunction<T, R>,
    options: Omit<AsyncOptions<R>, 'order'> = {},
  ): SingleOutputStreamOperator<R> {
    return stream.asyncWait(asyncFunction, {...options, order: 'ordered'})
  }

  static unorderedWait<T, R extends Rec>(
    stream: DataStream<T>,
    asyncFunction: AsyncFunction<T, R>,
    options: Omit<AsyncOptions<R>, 'order'> = {},
  ): SingleOutputStreamOperator<R> {
    return stream.asyncWait(asyncFunction, {...options, order: 'unordered'})
  }
}
