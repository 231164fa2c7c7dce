import {countNewlines} from '../../columns/index.js'

const NEWLINE = 0x0a

/** The offset behind the last ASCII white space of `bytes[0 .. byteCount)`; 0 when there is none. */
export function lastWordBorder(bytes: Uint8Array, byteCount: number): number {
  for (let i = byteCount; i > 0; i--) {
    const byte = bytes[i - 1]
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return i
  }
  return 0
}

/** From here on the kernel's start is worth it. */
const KERNEL_BYTES_MIN = 4 * 1024

/** Number of `\n`: by the kernel, or for a few bytes by Buffer's search. */
export function countLines(bytes: Uint8Array): number {
  if (bytes.length >= KERNEL_BYTES_MIN) return countNewlines(bytes)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let count = 0
  for (let i = buffer.indexOf(NEWLINE); i >= 0; i = buffer.indexOf(NEWLINE, i + 1)) count += 1
  return count
}
