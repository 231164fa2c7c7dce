/**
 * Goal: a key hashes as Flink hashes it in Java, and what has no stable identity is refused with its name.
 * Method: vectors from the definitions in the Javadoc of String, Integer, Double, Boolean, Long, BigInteger and Flink's Tuple2.
 */
import {describe, expect, it} from 'vitest'
import {hashKey} from '../../../src/types/index.js'

describe('hashKey', () => {
  it.each([
    ['', 0],
    ['hello', 99162322],
    ['Ä€😀', 15649739],
    [0, 0],
    [-0, 0],
    [-1, -1],
    [2147483647, 2147483647],
    [-2147483648, -2147483648],
    [1.5, 1073217536],
    [0.1, -1507852285],
    [2147483648, 1105199104],
    [Number.POSITIVE_INFINITY, 2146435072],
    [true, 1231],
    [false, 1237],
    [null, 0],
    [5n, 5],
    [-1n, 0],
    [4294967296n, 1],
    [9223372036854775807n, -2147483648],
    [9223372036854775808n, -2147483648],
    [-18446744073709551616n, -961],
    [[], 0],
    [['a', 1], 97 * 31 + 1],
    [[['a', 1], null], (97 * 31 + 1) * 31],
    [{}, 0],
    [{a: 1, b: 'x'}, (97 ^ 1) + (98 ^ 120)],
    [{b: 'x', a: 1}, (97 ^ 1) + (98 ^ 120)],
  ])('%s is %i', (key, hash) => {
    expect(hashKey(key)).toBe(hash)
  })

  it.each([
    [undefined, 'undefined'],
    [Number.NaN, 'NaN'],
    [function selectUser() {}, 'a function (selectUser)'],
    [Symbol('s'), 'Symbol(s)'],
    [{user: undefined}, 'undefined'],
    [new Date(0), 'an object (Date) "1970-01-01T00:00:00.000Z"'],
    [new Map(), 'an object (Map) {}'],
    [['a', undefined], 'undefined'],
  ])('refuses %s', (key, shown) => {
    expect(() => hashKey(key)).toThrow(
      expect.objectContaining({kind: 'user', code: 'FTS_KEY_NOT_HASHABLE', details: {key: shown}}),
    )
  })
})
