import {FtsError} from '../core/index.js'
import {toKeySelector} from '../operators/index.js'
import type {FieldOf} from './stream-types.js'

/** What records are ranked by: a field, or what a function answers. */
export type Ranking<T> = FieldOf<T> | ((record: T) => unknown)

/**
 * A ranking as a function. Without one: the last field of a tuple (`[key, count]`), or the record itself if that can be compared.
 *
 * Errors   `user` FTS_BAD_RANKING.
 */
export function toRank<T>(method: string, by: Ranking<T> | undefined): (record: T) => unknown {
  if (by === undefined) return (record) => rankOf(method, record)
  if (typeof by === 'function') return by
  if (typeof by === 'string' || typeof by === 'number') return toKeySelector<T>(by as string | number)
  throw badRanking(`${method} got ${String(by)}, expected a field, a position in a tuple, or a function`)
}

function rankOf(method: string, record: unknown): unknown {
  if (Array.isArray(record)) return record[record.length - 1]
  if (typeof record !== 'object' || record === null || record instanceof Date) return record
  throw badRanking(`${method} does not know what to rank objects by`, Object.keys(record))
}

function badRanking(message: string, fields: readonly string[] = []): FtsError {
  const tryThis =
    fields.length === 0 ? "For example 'amount', 1, or r => r.amount." : `Name one of its fields: ${fields.join(', ')}.`
  return new FtsError('user', 'FTS_BAD_RANKING', message, {}, {tryThis})
}
