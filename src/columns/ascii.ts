/** ASCII bytes that `\s` matches in a JavaScript regular expression: tab, LF, VT, FF, CR and space. */
export function isAsciiSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

/** Byte to byte: A-Z become a-z, all others stay. */
export const LOWER_ASCII: Uint8Array = Uint8Array.from({length: 256}, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
)

/** Byte to byte: all stay. */
export const SAME_BYTE: Uint8Array = Uint8Array.from({length: 256}, (_, byte) => byte)
