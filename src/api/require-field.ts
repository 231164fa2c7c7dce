import {FtsError} from '../core/index.js'

/** Refuses what names no field. Errors: `user` FTS_BAD_FIELD. */
export function requireField(what: string, field: unknown): void {
  if (typeof field === 'string' ? field !== '' : Number.isSafeInteger(field) && (field as number) >= 0) return
  throw new FtsError(
    'user',
    'FTS_BAD_FIELD',
    `${what} got ${JSON.stringify(field) ?? String(field)}, expected the name of a field or the position in a tuple (0, 1, …)`,
    {what},
  )
}
