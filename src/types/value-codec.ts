import {PackableValues} from './objects/packable-values.js'
import {newValuePacker, type ValuePacker} from './objects/packed-codec.js'

let packer: ValuePacker | undefined

/**
 * One value as bytes that are read by themselves: what an operator keeps in a list of its state. Anything that batches carry.
 *
 * Errors   `user` FTS_NOT_SERIALIZABLE, see the README.
 */
export function encodeValue(value: unknown): Uint8Array {
  packer ??= newValuePacker()
  const [prepared] = new PackableValues('').prepare([value])
  return Uint8Array.from(packer.pack(prepared))
}

export function decodeValue(bytes: Uint8Array): unknown {
  packer ??= newValuePacker()
  return packer.unpack(bytes)
}
