import type {Returned} from './flat-map-function.js'
import type {RichFunction} from './rich-function.js'

/** Takes the results of one asynchronous call. The first of the calls counts, later ones are ignored. */
export interface ResultFuture<OUT> {
  /** Any number of results. */
  complete(results: Iterable<OUT>): void
  completeExceptionally(error: unknown): void
}

/**
 * Asks something outside (a service, a database) about each record.
 *
 *   a function   returns a promise of the one result
 *   an object    calls the result future, once, with any number of results; or returns a promise of them
 */
export type AsyncFunction<IN, OUT> = ((value: IN) => Promise<OUT>) | AsyncFunctionObject<IN, OUT>

export interface AsyncFunctionObject<IN, OUT> extends RichFunction {
  // biome-ignore lint/suspicious/noConfusingVoidType: most functions return nothing and call the result future
  asyncInvoke(value: IN, result: ResultFuture<OUT>): void | Promise<Returned<OUT>>
  /** Called in place of a result that did not come in time. Without this method the job fails with FTS_ASYNC_TIMEOUT. */
  timeout?(value: IN, result: ResultFuture<OUT>): void
}
