import {SharedList} from '../heap/shared-list.js'
import {UserMap} from '../heap/user-map.js'
import type {HeapTimer} from '../timers/heap-timer.js'
import type {Expiring} from '../ttl/expiring.js'
import type {StateMeta} from './state-meta.js'

/** What a timer is made of. */
export interface StoredTimer {
  readonly timestampMs: number
  readonly order: number
}

/**
 * The columns of a state, after those of key and namespace, and how a value goes into them and comes back:
 *
 *   single    value                        list   count, element          map   count, map key, value
 *   timers    timestamp, order                    one row an element             one row an entry
 *
 * State with a TTL has one more: when the value, element or entry was touched. A list or map that is written in several rows has counts
 * below zero from the second on.
 */
export interface RowFormat {
  readonly columnCount: number
  /** Elements of a value, beyond one. */
  weightOf(value: unknown): number
  put(value: unknown, columns: unknown[][]): void
  /** The same in rows of at most so many elements, one a step. */
  putInParts(value: unknown, columns: unknown[][], elementsMax: number): Iterator<void, void>
  /** Reads rows from the beginning of the columns on; `before` is what the row before gave. */
  reader(columns: readonly (readonly unknown[])[]): {next(row: number, before: unknown): RowValue}
}

/** What map state is written from. */
interface StoredMap {
  readonly size: number
  entries(): Iterable<readonly [unknown, unknown]>
}

export interface RowValue {
  readonly value: unknown
  /** The row goes on with the value of the row before, which is given again. */
  readonly isContinued: boolean
}

export function rowFormatOf({kind, name, hasTtl}: StateMeta): RowFormat {
  if (kind === 'timers') return TIMERS
  if (kind === 'list') return hasTtl ? EXPIRING_LIST : LIST
  if (kind === 'map') return mapFormat(name, hasTtl)
  return hasTtl ? EXPIRING_SINGLE : SINGLE
}

/** Of what is gone only timers have more than key and namespace. */
export function removalFormatOf({kind}: StateMeta): RowFormat {
  return kind === 'timers' ? REMOVED_TIMERS : REMOVED
}

function* inOnePart(): Generator<void, void> {}

const WHOLE = {weightOf: () => 0, putInParts: inOnePart}

const SINGLE: RowFormat = {
  ...WHOLE,
  columnCount: 1,
  put: (value, [values]) => void values.push(value),
  reader: ([values]) => ({next: (row) => ({value: values[row], isContinued: false})}),
}

const EXPIRING_SINGLE: RowFormat = {
  ...WHOLE,
  columnCount: 2,
  put(stored, [values, touched]) {
    const {value, lastAccessMs} = stored as Expiring<unknown>
    values.push(value)
    touched.push(lastAccessMs)
  },
  reader: (columns) => ({next: (row) => ({value: expiringAt(columns, row), isContinued: false})}),
}

const TIMERS: RowFormat = {
  ...WHOLE,
  columnCount: 2,
  put(timer, [timestamps, orders]) {
    const {timestampMs, order} = timer as HeapTimer<never>
    timestamps.push(timestampMs)
    orders.push(order)
  },
  reader: ([timestamps, orders]) => ({
    next: (row) => ({value: {timestampMs: timestamps[row], order: orders[row]}, isContinued: false}),
  }),
}

const REMOVED_TIMERS: RowFormat = {
  ...WHOLE,
  columnCount: 1,
  put: (timer, [timestamps]) => void timestamps.push((timer as HeapTimer<never>).timestampMs),
  reader: ([timestamps]) => ({next: (row) => ({value: timestamps[row], isContinued: false})}),
}

const REMOVED: RowFormat = {
  ...WHOLE,
  columnCount: 0,
  put: () => {},
  reader: () => ({next: () => ({value: undefined, isContinued: false})}),
}

const LIST = listFormat(
  1,
  (element, [, elements]) => void elements.push(element),
  ([, elements], at) => elements[at],
)
const EXPIRING_LIST = listFormat(2, putExpiring, ([, ...columns], at) => expiringAt(columns, at))

function putExpiring(stored: unknown, [, values, touched]: unknown[][]): void {
  const {value, lastAccessMs} = stored as Expiring<unknown>
  values.push(value)
  touched.push(lastAccessMs)
}

function listFormat(
  elementColumns: number,
  put: (element: unknown, columns: unknown[][]) => void,
  take: (columns: readonly (readonly unknown[])[], at: number) => unknown,
): RowFormat {
  return {
    columnCount: 1 + elementColumns,
    weightOf: (value) => (value as SharedList<unknown>).length,
    put(value, columns) {
      const elements = (value as SharedList<unknown>).peek()
      columns[0].push(elements.length)
      for (const element of elements) put(element, columns)
    },
    *putInParts(value, columns, elementsMax) {
      const list = value as SharedList<unknown>
      for (let from = 0; from < list.length; from += elementsMax) {
        const part = list.peek().slice(from, from + elementsMax)
        columns[0].push(from === 0 ? part.length : -part.length)
        for (const element of part) put(element, columns)
        yield
      }
    },
    reader(columns) {
      let at = 0
      return {
        next(row, before) {
          const count = columns[0][row] as number
          const isContinued = count < 0
          const list = isContinued ? (before as SharedList<unknown>) : new SharedList<unknown>([])
          for (const end = at + Math.abs(count); at < end; at++) list.add(take(columns, at))
          return {value: list, isContinued}
        },
      }
    },
  }
}

function mapFormat(stateName: string, hasTtl: boolean): RowFormat {
  const put = (key: unknown, value: unknown, [, keys, ...rest]: unknown[][]) => {
    keys.push(key)
    if (hasTtl) putExpiring(value, [keys, ...rest])
    else rest[0].push(value)
  }
  return {
    columnCount: hasTtl ? 4 : 3,
    weightOf: (value) => (value as StoredMap).size,
    put(value, columns) {
      const map = value as StoredMap
      columns[0].push(map.size)
      for (const [key, one] of map.entries()) put(key, one, columns)
    },
    *putInParts(value, columns, elementsMax) {
      let left = (value as StoredMap).size
      let sign = 1
      let part = 0
      for (const [key, one] of (value as StoredMap).entries()) {
        if (part === 0) {
          part = Math.min(left, elementsMax)
          columns[0].push(sign * part)
          sign = -1
          left -= part
        }
        put(key, one, columns)
        if (--part === 0) yield
      }
    },
    reader(columns) {
      const [counts, keys, ...values] = columns
      let at = 0
      return {
        next(row, before) {
          const count = counts[row] as number
          const isContinued = count < 0
          const map = isContinued ? (before as UserMap<unknown, unknown>) : new UserMap<unknown, unknown>(stateName)
          for (const end = at + Math.abs(count); at < end; at++)
            map.set(keys[at], hasTtl ? expiringAt(values, at) : values[0][at])
          return {value: map, isContinued}
        },
      }
    },
  }
}

function expiringAt([values, touched]: readonly (readonly unknown[])[], at: number): Expiring<unknown> {
  return {value: values[at], lastAccessMs: touched[at] as number}
}
