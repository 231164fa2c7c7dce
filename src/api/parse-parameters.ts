import {FtsError} from '../core/index.js'

/** The value of a parameter that is only named, as Flink has it. */
export const NO_PARAMETER_VALUE = '__NO_VALUE_KEY'

/**
 * `--key value` and `-key value`, in order; a key without a value has NO_PARAMETER_VALUE; a number, also a negative one, is a value.
 * Errors: `user` FTS_BAD_PARAMETER for a value where a key is expected.
 */
export function parseParameters(args: readonly string[]): readonly (readonly [key: string, value: string])[] {
  const found: [string, string][] = []
  for (let i = 0; i < args.length; i++) {
    const key = keyOf(args[i], args)
    const next = args[i + 1]
    if (next === undefined || isKey(next)) found.push([key, NO_PARAMETER_VALUE])
    else found.push([key, args[++i]])
  }
  return found
}

function keyOf(argument: string, args: readonly string[]): string {
  const key = isKey(argument) ? argument.replace(/^--?/, '') : ''
  if (key !== '') return key
  const tryThis = 'Put quotes around values with blanks, and -- between the command line’s own options and the job’s.'
  const message = `"${argument}" stands where a key (--key or -key) is expected, in the arguments: ${args.join(' ')}`
  throw new FtsError('user', 'FTS_BAD_PARAMETER', message, {argument}, {tryThis})
}

/** Negative numbers are values. */
function isKey(argument: string): boolean {
  return argument.startsWith('-') && !/^-(?:Infinity|\d*\.?\d+(?:[eE][-+]?\d+)?)$/.test(argument)
}
