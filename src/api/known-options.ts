import {nearestKey} from '../config/index.js'
import {FtsError} from '../core/index.js'

/**
 * That an object of options has no other names than these: a mistyped one would else do nothing, without a word.
 * Errors: `user` FTS_UNKNOWN_OPTION.
 */
export function knownOptions<O extends object>(method: string, options: O, known: readonly (keyof O & string)[]): O {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong(method, `expected an object of options, got ${String(options)}`, known)
  for (const name of Object.keys(options)) {
    if ((known as readonly string[]).includes(name)) continue
    const near = nearestKey(name, known)
    throw wrong(method, `there is no option "${name}"`, known, near)
  }
  return options
}

function wrong(method: string, what: string, known: readonly string[], near?: string): FtsError {
  const tryThis = near === undefined ? `There are ${known.join(', ')}.` : `Did you mean "${near}"?`
  return new FtsError('user', 'FTS_UNKNOWN_OPTION', `${method}: ${what}`, {method}, {tryThis})
}
