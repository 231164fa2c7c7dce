/** Java's hash of a text of latin1, as the int32 that `hashKey` gives for it. */
export function hashOfLatin1(bytes: Uint8Array, from: number, units: number): number {
  let hash = 0
  for (let i = from; i < from + units; i++) hash = (Math.imul(hash, 31) + bytes[i]) | 0
  return hash
}

/** The same of a text whose units are pairs of bytes, the lower first. */
export function hashOfWide(bytes: Uint8Array, from: number, units: number): number {
  let hash = 0
  for (let i = from; i < from + 2 * units; i += 2) hash = (Math.imul(hash, 31) + (bytes[i] | (bytes[i + 1] << 8))) | 0
  return hash
}
