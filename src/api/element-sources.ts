import type {Source, SourceReader} from '../connectors/index.js'
import {FtsError} from '../core/index.js'

const RECORDS_PER_POLL = 1024

/** The elements of an iterable, as one split. Errors: `user` FTS_BAD_SOURCE. */
export function elementsSource<T>(elements: Iterable<T> | (() => Iterable<T>)): Source<T, null> {
  const isIterable = typeof (elements as Partial<Iterable<T>> | undefined)?.[Symbol.iterator] === 'function'
  if (!isIterable && typeof elements !== 'function') {
    throw new FtsError(
      'user',
      'FTS_BAD_SOURCE',
      `fromCollection got ${String(elements)}, expected an array or another iterable`,
    )
  }
  return {splits: () => [null], read: () => (typeof elements === 'function' ? elements() : elements)}
}

/** Whole numbers, cut into as many parts as there are subtasks. Errors: `user` FTS_BAD_SOURCE. */
export function sequenceSource(from: number, to: number): Source<number, readonly [number, number]> {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw new FtsError('user', 'FTS_BAD_SOURCE', `fromSequence got ${from} and ${to}, expected two whole numbers`)
  }
  return {
    splits: ({parallelism}) => {
      const count = Math.max(0, to - from + 1)
      const start = (part: number) => from + Math.floor((part * count) / parallelism)
      const parts = Array.from({length: parallelism}, (_, part) => [start(part), start(part + 1) - 1] as const)
      return parts.filter(([first, last]) => first <= last)
    },
    read: ([first, last]) => sequenceReader(first, last),
  }
}

function sequenceReader(first: number, last: number): SourceReader<number> {
  let next = first
  return {
    poll(output) {
      const end = Math.min(last, next + RECORDS_PER_POLL - 1)
      while (next <= end) output.collect(next++)
      return next > last ? 'end' : 'more'
    },
  }
}
