type Growable = Uint8Array | Uint16Array | Int32Array | Float64Array

/** `array`, or a copy of its first `used` entries in one of at least `needed`, doubled so that growth stays linear. */
export function grow<A extends Growable>(array: A, used: number, needed: number): A {
  if (needed <= array.length) return array
  const Kind = array.constructor as new (length: number) => A
  const larger = new Kind(Math.max(needed, array.length * 2, 64))
  larger.set(array.subarray(0, used) as never)
  return larger
}
