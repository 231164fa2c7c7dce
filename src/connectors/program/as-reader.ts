import {FtsError} from '../../core/index.js'
import {AsyncReader} from './async-reader.js'
import type {Source, SourceReader, SourceReaderContext} from './source.js'

/** A poll of an iterable lasts at most about this long; the slot has other tasks. */
const POLL_MS_MAX = 0.5
/** How often an iterable's clock is looked at. */
const ROWS_PER_LOOK = 64

/** Whatever `Source.read` answers, as a reader. Errors: `user` FTS_BAD_SOURCE. */
export function asReader<T>(readable: ReturnType<Source<T>['read']>, context: SourceReaderContext): SourceReader<T> {
  if (isReader(readable)) return readable
  if (isAsyncIterable(readable)) return new AsyncReader(readable, context)
  if (isIterable(readable)) return iterableReader(readable, context.batchRows)
  throw new FtsError(
    'user',
    'FTS_BAD_SOURCE',
    `read() of the source answered ${String(readable)}, which cannot be read`,
    {},
    {tryThis: 'Answer an iterable, an async iterable, or an object with poll(output).'},
  )
}

function isReader<T>(readable: object): readable is SourceReader<T> {
  return typeof (readable as {poll?: unknown} | undefined)?.poll === 'function'
}

function isAsyncIterable<T>(readable: object): readable is AsyncIterable<T> {
  return readable !== undefined && readable !== null && Symbol.asyncIterator in readable
}

function isIterable<T>(readable: object): readable is Iterable<T> {
  return typeof (readable as {[Symbol.iterator]?: unknown} | undefined)?.[Symbol.iterator] === 'function'
}

function iterableReader<T>(iterable: Iterable<T>, batchRows: number): SourceReader<T> {
  const iterator = iterable[Symbol.iterator]()
  return {
    poll(output) {
      const endMs = performance.now() + POLL_MS_MAX
      for (let row = 1; row <= batchRows; row++) {
        const next = iterator.next()
        if (next.done === true) return 'end'
        output.collect(next.value)
        if (row % ROWS_PER_LOOK === 0 && performance.now() > endMs) break
      }
      return 'more'
    },
    close: () => iterator.return?.(),
  }
}
