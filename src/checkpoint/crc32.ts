/** Of bytes, continuing another sum. Node's, loaded when it is needed: half a millisecond that a slot without checkpoints need not pay. */
export function crc32(bytes: Uint8Array, before = 0): number {
  return process.getBuiltinModule('node:zlib').crc32(bytes, before)
}
