import {FtsError} from '../core/index.js'

/** A whole number of at least `min`. Errors: `user` FTS_BAD_SETTING. */
export function wholeNumber(setting: string, value: number, min: number): number {
  if (Number.isSafeInteger(value) && value >= min) return value
  throw new FtsError(
    'user',
    'FTS_BAD_SETTING',
    `${setting} got ${typeof value === 'string' ? `the text "${value}"` : String(value)}, expected a whole number of at least ${min}`,
  )
}

/** A text that is not empty. Errors: `user` FTS_BAD_SETTING. */
export function nameSetting(setting: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value
  const shown = value === '' ? 'an empty text' : String(value)
  throw new FtsError('user', 'FTS_BAD_SETTING', `${setting} got ${shown}, expected a text that is not empty`)
}

/** Without the settings that are undefined. */
export function optional<S extends object>(settings: S): {[K in keyof S]?: Exclude<S[K], undefined>} {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never
}

/** One of some words. Errors: `user` FTS_BAD_SETTING. */
export function oneOfSetting<W extends string>(setting: string, value: string, words: readonly W[]): W {
  if (words.includes(value as W)) return value as W
  throw new FtsError('user', 'FTS_BAD_SETTING', `${setting} got ${String(value)}, expected one of ${words.join(', ')}`)
}
