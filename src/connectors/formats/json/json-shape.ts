import {isUtf8} from 'node:buffer'
import {skipJson, skipSpace, skipString} from './skip-json.js'

/** Beyond these the generated code would be long. */
const KEYS_MAX = 64

/** How a record is written down: what stands between its values, byte for byte. */
export interface JsonShape {
  readonly keys: readonly string[]
  /** `before[i]` stands before the value of `keys[i]`, e.g. `{"ts": ` or `, "user": `. */
  readonly before: readonly Uint8Array[]
  /** What stands behind the last value. */
  readonly after: Uint8Array
}

/** The shape of the record in `line`, without its line end; undefined for what is no object, or one that cannot be read by shape. */
export function jsonShapeOf(line: Uint8Array): JsonShape | undefined {
  const keys: string[] = []
  const before: Uint8Array[] = []
  if (line[0] !== 0x7b) return undefined
  let from = 0
  for (let at = 1; keys.length < KEYS_MAX; at++) {
    const keyStart = skipSpace(line, at, line.length)
    const keyEnd = line[keyStart] === 0x22 ? skipString(line, keyStart, line.length) : -1
    const key = keyEnd < 0 ? undefined : keyOf(line.subarray(keyStart + 1, keyEnd - 1))
    const colon = skipSpace(line, keyEnd, line.length)
    if (key === undefined || keys.includes(key) || line[colon] !== 0x3a) return undefined
    const value = skipSpace(line, colon + 1, line.length)
    keys.push(key)
    before.push(line.slice(from, value))
    from = skipJson(line, value, line.length)
    if (from < 0) return undefined
    at = skipSpace(line, from, line.length)
    if (line[at] === 0x7d) return at + 1 === line.length ? {keys, before, after: line.slice(from)} : undefined
    if (line[at] !== 0x2c) return undefined
  }
  return undefined
}

/** Undefined for a key that is written with escapes or is no UTF-8. */
function keyOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0x5c) || !isUtf8(bytes)) return undefined
  return Buffer.from(bytes).toString('utf8')
}
