import {recordText, type Source, type SourceReader} from '../connectors/index.js'
import {FtsError} from '../core/index.js'
import {murmur3Hash128} from '../graph/index.js'

const RECORDS_PER_POLL = 1024
/** Elements at each end of an array by which it is known again. */
const LOOKED_AT = 100

/** The elements of an iterable, as one split. Errors: `user` FTS_BAD_SOURCE. */
export function elementsSource<T>(elements: Iterable<T> | (() => Iterable<T>)): Source<T, string | null> {
  const isIterable = typeof (elements as Partial<Iterable<T>> | undefined)?.[Symbol.iterator] === 'function'
  if (!isIterable && typeof elements !== 'function') {
    throw new FtsError(
      'user',
      'FTS_BAD_SOURCE',
      `fromCollection got ${String(elements)}, expected an array or another iterable`,
    )
  }
  // The subtask that gives the elements has them from its own load of the program: they must be those of the program that was started.
  return {
    splits: () => [fingerprintOf(elements)],
    read: (fingerprint) => {
      if (fingerprintOf(elements) !== fingerprint) throw otherElements()
      return typeof elements === 'function' ? elements() : elements
    },
  }
}

/** Of an array, by its length and the elements at its ends; null for what can be looked at only by reading it. */
function fingerprintOf(elements: Iterable<unknown> | (() => Iterable<unknown>)): string | null {
  if (!Array.isArray(elements)) return null
  const ends =
    elements.length <= 2 * LOOKED_AT ? elements : [...elements.slice(0, LOOKED_AT), ...elements.slice(-LOOKED_AT)]
  // Not by node:crypto, which takes a thread 3 to 10 ms to load (Node 20.20, 2026-11-21).
  const texts = ends.map((element) => `${recordText(element)}\n`)
  return `${elements.length} ${murmur3Hash128(new TextEncoder().encode(texts.join('')))}`
}

function otherElements(): FtsError {
  return new FtsError(
    'user',
    'FTS_NONDETERMINISTIC_ELEMENTS',
    'the elements of fromElements or fromCollection are not the same in a slot as where the program was started',
    {},
    {
      tryThis:
        'Each slot loads the program and makes them again: they must not depend on the time, on chance or on what is read only once. ' +
        'A generator function, fromCollection(() => …), is called only where its records are read.',
    },
  )
}

/** What gives each of several subtasks its part. */
export type ParallelCollection<T> =
  | ((part: number, parts: number) => Iterable<T>)
  | {split(parts: number): readonly Iterable<T>[]}

/** Errors: `user` FTS_BAD_SOURCE. */
export function parallelSource<T>(
  collection: ParallelCollection<T>,
): Source<T, readonly [part: number, parts: number]> {
  if (typeof collection !== 'function' && typeof collection?.split !== 'function') {
    const message = `fromParallelCollection got ${String(collection)}, expected a function of a part and the number of parts, or an object with split()`
    throw new FtsError('user', 'FTS_BAD_SOURCE', message)
  }
  return {
    splits: ({parallelism}) => Array.from({length: parallelism}, (_, part) => [part, parallelism] as const),
    read: ([part, parts]) => partOf(collection, part, parts),
  }
}

function partOf<T>(collection: ParallelCollection<T>, part: number, parts: number): Iterable<T> {
  if (typeof collection === 'function') return collection(part, parts)
  const all = collection.split(parts)
  if (all.length === parts) return all[part]
  throw new FtsError('user', 'FTS_BAD_SOURCE', `split(${parts}) of a parallel collection answered ${all.length} parts`)
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
    read: ([first, last], {batchRows}) => sequenceReader(first, last, Math.min(batchRows, RECORDS_PER_POLL)),
  }
}

function sequenceReader(first: number, last: number, recordsPerPoll: number): SourceReader<number> {
  let next = first
  return {
    poll(output) {
      const end = Math.min(last, next + recordsPerPoll - 1)
      while (next <= end) output.collect(next++)
      return next > last ? 'end' : 'more'
    },
  }
}
