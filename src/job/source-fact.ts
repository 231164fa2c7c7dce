import {readFileSync, realpathSync, statSync} from 'node:fs'

/**
 * Something about the file system that a bundle depends on; it holds, or it does not.
 *
 *   text     the file has these bytes, a character each; null for no file
 *   place    the file or folder is there, and this is its real path; null for none
 *
 * Whole texts instead of their digests: comparing is as fast, it cannot be wrong, and `node:crypto` takes 8 ms to load.
 */
export interface SourceFact {
  readonly kind: 'text' | 'place'
  readonly path: string
  readonly value: string | null
}

export function textFact(path: string): SourceFact {
  return {kind: 'text', path, value: isFile(path) ? readFileSync(path, 'latin1') : null}
}

/** Of a file whose text has been read already. */
export function textFactOf(path: string, text: Buffer): SourceFact {
  return {kind: 'text', path, value: text.toString('latin1')}
}

export function placeFact(path: string): SourceFact {
  const isThere = statSync(path, {throwIfNoEntry: false}) !== undefined
  return {kind: 'place', path, value: isThere ? realpathSync(path) : null}
}

/** A file that cannot be read has no fact that holds. */
export function isTrue({kind, path, value}: SourceFact): boolean {
  try {
    return (kind === 'text' ? textFact(path) : placeFact(path)).value === value
  } catch {
    return false
  }
}

function isFile(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isFile() === true
}
