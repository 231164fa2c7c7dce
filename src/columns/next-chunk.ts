import {isAsciiSpace} from './ascii.js'
import type {WordKey} from './word-store.js'

/** Points `key` at the next chunk between ASCII white space at or after `from`; false where the text has none left. */
export function nextChunk(key: WordKey, from: number): boolean {
  const text = key.bytes
  let start = from
  while (start < text.length && isAsciiSpace(text[start])) start++
  if (start >= text.length) return false
  let end = start
  let high = 0
  while (end < text.length && !isAsciiSpace(text[end])) high |= text[end++]
  key.start = start
  key.end = end
  key.raw = high >= 0x80
  return true
}
