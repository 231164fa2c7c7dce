import {recordText} from '../connectors/index.js'
import {FtsError} from '../core/index.js'

/** Refuses what is neither a function nor an object with one of the methods. Errors: `user` FTS_BAD_FUNCTION. */
export function requireFunction(what: string, given: unknown, ...methods: readonly string[]): void {
  if (typeof given === 'function') return
  if (methods.length > 0 && methods.every((method) => hasMethod(given, method))) return
  const object =
    methods.length === 0 ? '' : `, or an object with ${methods.map((method) => `${method}()`).join(' and ')}`
  throw new FtsError('user', 'FTS_BAD_FUNCTION', `${what} got ${shown(given)}, expected a function${object}`, {what})
}

/** The same where a plain function is not enough. */
export function requireMethods(what: string, given: unknown, ...methods: readonly string[]): void {
  if (methods.every((method) => hasMethod(given, method))) return
  const wanted = methods.map((method) => `${method}()`).join(' and ')
  throw new FtsError('user', 'FTS_BAD_FUNCTION', `${what} got ${shown(given)}, expected an object with ${wanted}`, {
    what,
  })
}

function hasMethod(given: unknown, method: string): boolean {
  return typeof (given as Readonly<Record<string, unknown>> | null | undefined)?.[method] === 'function'
}

function shown(given: unknown): string {
  if (typeof given === 'function') return `the function ${given.name || '(anonymous)'}`
  if (typeof given === 'string') return `"${given}"`
  return typeof given === 'object' && given !== null ? `an object ${recordText(given).slice(0, 60)}` : String(given)
}
