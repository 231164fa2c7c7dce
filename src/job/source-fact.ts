import {createHash} from 'node:crypto'
import {readFileSync, realpathSync, statSync} from 'node:fs'

/**
 * Something about the file system that a bundle depends on; it holds, or it does not.
 *
 *   text     the file has this text (SHA-256 in hex); '' for no file
 *   place    the file or folder is there, and this is its real path; '' for none
 */
export interface SourceFact {
  readonly kind: 'text' | 'place'
  readonly path: string
  readonly value: string
}

export function textFact(path: string): SourceFact {
  return {kind: 'text', path, value: isFile(path) ? digestOf(readFileSync(path)) : ''}
}

/** Of a file whose text has been read already. */
export function textFactOf(path: string, text: Uint8Array): SourceFact {
  return {kind: 'text', path, value: digestOf(text)}
}

export function placeFact(path: string): SourceFact {
  const isThere = statSync(path, {throwIfNoEntry: false}) !== undefined
  return {kind: 'place', path, value: isThere ? realpathSync(path) : ''}
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

function digestOf(text: Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
