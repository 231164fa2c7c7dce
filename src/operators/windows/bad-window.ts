import {FtsError} from '../../core/index.js'

/** A window that cannot be, with the place where the user asked for it. */
export function badWindow(what: string, is: string, tryThis: string): FtsError {
  return new FtsError('user', 'FTS_BAD_WINDOW', `${what}: ${is}`, {what}, {tryThis})
}
