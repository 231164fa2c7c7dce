import {FtsError, javaStringHash} from '../core/index.js'

/**
 * The Java hash code that Flink would compute of a key, as an int32, so that a key finds the same key group.
 *
 *   string               String.hashCode                       null                  0
 *   integer in int32     Integer.hashCode (the value)          boolean               1231 or 1237
 *   other number         Double.hashCode                       bigint in int64       Long.hashCode
 *   array                TupleN.hashCode: h = h(f0), then 31 * h + h(fi)   wider bigint   BigInteger.hashCode
 *   object with fields   Map.hashCode: the sum of h(name) ^ h(value), so the order of the fields does not matter
 *
 * `-0` is the integer 0, because `-0 === 0` and both must find the same state.
 *
 * Errors   `user` FTS_KEY_NOT_HASHABLE for what has no stable identity: undefined, NaN, functions, symbols, dates, Maps.
 * Source   the Javadoc of the classes above; Flink 2.3 Tuple2.hashCode. Vectors in tests/unit/types/hash-key.test.ts.
 */
export function hashKey(key: unknown): number {
  switch (typeof key) {
    case 'string':
      return javaStringHash(key)
    case 'number':
      return hashNumber(key)
    case 'boolean':
      return key ? 1231 : 1237
    case 'bigint':
      return BigInt.asIntN(64, key) === key ? hashLong(key) : hashBigInteger(key)
    default:
      if (key === null) return 0
      if (Array.isArray(key)) return hashTuple(key)
      if (Object.prototype.toString.call(key) === '[object Object]') return hashFields(key as object)
      throw notHashable(key)
  }
}

const doubles = new Float64Array(1)
const doubleBits = new Int32Array(doubles.buffer)

function hashNumber(key: number): number {
  if ((key | 0) === key) return key | 0
  if (Number.isNaN(key)) throw notHashable(key)
  doubles[0] = key
  return doubleBits[0] ^ doubleBits[1]
}

function hashLong(key: bigint): number {
  const bits = BigInt.asUintN(64, key)
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)))
}

function hashBigInteger(key: bigint): number {
  const digits = (key < 0n ? -key : key).toString(16)
  let hash = 0
  for (let end = digits.length % 8 || 8; end <= digits.length; end += 8) {
    hash = (Math.imul(hash, 31) + Number.parseInt(digits.slice(Math.max(end - 8, 0), end), 16)) | 0
  }
  return key < 0n ? -hash | 0 : hash
}

function hashTuple(fields: readonly unknown[]): number {
  let hash = 0
  for (let i = 0; i < fields.length; i++) hash = (Math.imul(hash, 31) + hashKey(fields[i])) | 0
  return hash
}

function hashFields(key: object): number {
  let hash = 0
  for (const name of Object.keys(key))
    hash = (hash + (javaStringHash(name) ^ hashKey(key[name as keyof typeof key]))) | 0
  return hash
}

function notHashable(key: unknown): FtsError {
  const shown = showKey(key)
  return new FtsError(
    'user',
    'FTS_KEY_NOT_HASHABLE',
    `the key selector gave ${shown}, which has no stable hash: a key is a string, number, boolean, bigint, null, or an array or object of these`,
    {key: shown},
    {tryThis: 'Return a field of the record, or an array of fields for a key of several parts.'},
  )
}

function showKey(key: unknown): string {
  if (typeof key === 'function') return `a function (${key.name || 'anonymous'})`
  if (typeof key !== 'object') return String(key)
  const kind = key?.constructor?.name ?? 'Object'
  try {
    return `an object (${kind}) ${JSON.stringify(key)?.slice(0, 80) ?? ''}`.trim()
  } catch {
    return `an object (${kind})`
  }
}
