import {FtsError} from '../../core/index.js'

const VERSION = 1

/**
 * What a program's own source or sink says of its state, as an element of operator state: JSON in UTF-8, `{"v":1,"state":…}`.
 *
 * Errors   `user` FTS_BAD_STATE for what JSON cannot say; `fatal` FTS_STATE_VERSION for an element of a later version.
 */
export function encodePlainState(what: string, state: unknown): Uint8Array {
  let text: string | undefined
  let cause: unknown
  try {
    text = JSON.stringify({v: VERSION, state})
  } catch (error) {
    cause = error
  }
  if (text !== undefined && state !== undefined) return new TextEncoder().encode(text)
  throw new FtsError(
    'user',
    'FTS_BAD_STATE',
    `${what} is no plain data: ${cause === undefined ? 'it is undefined' : (cause as Error).message.split('\n')[0]}`,
    {},
    {cause, tryThis: 'Answer strings, numbers, booleans, null, plain objects and arrays of these.'},
  )
}

export function decodePlainState(bytes: Uint8Array): unknown {
  const {v, state} = JSON.parse(new TextDecoder().decode(bytes)) as {readonly v: number; readonly state: unknown}
  if (v === VERSION) return state
  throw new FtsError('fatal', 'FTS_STATE_VERSION', `state of version ${v} cannot be read, only ${VERSION}`, {
    version: v,
  })
}
