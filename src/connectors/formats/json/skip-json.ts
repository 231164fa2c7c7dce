const QUOTE = 0x22
const BACKSLASH = 0x5c
const DEPTH_MAX = 200

/**
 * Checks the JSON value that begins at `at` and answers the offset behind it; -1 if it is no JSON, does not end before `end`, or is nested
 * deeper than this looks. Accepts exactly what JSON.parse accepts.
 */
export function skipJson(bytes: Uint8Array, at: number, end: number, depth = 0): number {
  const byte = at < end ? bytes[at] : -1
  if (byte === QUOTE) return skipString(bytes, at, end)
  if (byte === 0x7b) return skipMembers(bytes, at, end, depth)
  if (byte === 0x5b) return skipElements(bytes, at, end, depth)
  if (byte === 0x74) return skipWord(bytes, at, end, TRUE)
  if (byte === 0x66) return skipWord(bytes, at, end, FALSE)
  if (byte === 0x6e) return skipWord(bytes, at, end, NULL)
  return skipNumber(bytes, at, end)
}

/** The string whose quote stands at `at`. */
export function skipString(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) return i + 1
    if (byte < 0x20) return -1
    if (byte === BACKSLASH) {
      i += 1
      if (bytes[i] === 0x75) {
        if (!isHex(bytes, i + 1, end)) return -1
        i += 4
      } else if (i >= end || ESCAPES[bytes[i]] === 0) return -1
    }
  }
  return -1
}

/** Behind JSON's white space. */
export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09)) i++
  return i
}

const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const NULL = Buffer.from('null')
const ESCAPES = new Uint8Array(256)
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPES[byte] = 1

function isHex(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 4 > end) return false
  for (let i = at; i < at + 4; i++) {
    const lower = bytes[i] | 0x20
    if (!((bytes[i] >= 0x30 && bytes[i] <= 0x39) || (lower >= 0x61 && lower <= 0x66))) return false
  }
  return true
}

function skipWord(bytes: Uint8Array, at: number, end: number, word: Uint8Array): number {
  if (at + word.length > end) return -1
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1
  return at + word.length
}

function skipNumber(bytes: Uint8Array, at: number, end: number): number {
  let i = bytes[at] === 0x2d ? at + 1 : at
  if (i < end && bytes[i] === 0x30) i++
  else if ((i = skipDigits(bytes, i, end)) < 0) return -1
  if (i < end && bytes[i] === 0x2e && (i = skipDigits(bytes, i + 1, end)) < 0) return -1
  if (i < end && (bytes[i] | 0x20) === 0x65) {
    const signed = bytes[i + 1] === 0x2b || bytes[i + 1] === 0x2d ? i + 2 : i + 1
    return skipDigits(bytes, signed, end)
  }
  return i
}

/** One digit at least. */
function skipDigits(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && bytes[i] >= 0x30 && bytes[i] <= 0x39) i++
  return i === at ? -1 : i
}

function skipElements(bytes: Uint8Array, at: number, end: number, depth: number): number {
  let i = skipSpace(bytes, at + 1, end)
  if (bytes[i] === 0x5d && i < end) return i + 1
  for (;;) {
    if (depth === DEPTH_MAX || (i = skipJson(bytes, i, end, depth + 1)) < 0) return -1
    i = skipSpace(bytes, i, end)
    if (i >= end) return -1
    if (bytes[i] === 0x5d) return i + 1
    if (bytes[i] !== 0x2c) return -1
    i = skipSpace(bytes, i + 1, end)
  }
}

function skipMembers(bytes: Uint8Array, at: number, end: number, depth: number): number {
  let i = skipSpace(bytes, at + 1, end)
  if (bytes[i] === 0x7d && i < end) return i + 1
  for (;;) {
    if (depth === DEPTH_MAX || bytes[i] !== QUOTE || (i = skipString(bytes, i, end)) < 0) return -1
    i = skipSpace(bytes, i, end)
    if (i >= end || bytes[i] !== 0x3a) return -1
    if ((i = skipJson(bytes, skipSpace(bytes, i + 1, end), end, depth + 1)) < 0) return -1
    i = skipSpace(bytes, i, end)
    if (i >= end) return -1
    if (bytes[i] === 0x7d) return i + 1
    if (bytes[i] !== 0x2c) return -1
    i = skipSpace(bytes, i + 1, end)
  }
}
