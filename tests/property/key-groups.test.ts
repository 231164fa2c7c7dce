/**
 * Goal: the key groups of all subtasks tile [0, max parallelism), and the hash of a key's bytes is that of its string.
 * Method: random shapes and strings.
 */
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {javaStringHash, javaStringHashUtf8, keyGroupRangeOf, subtaskForKeyGroup} from '../../src/core/index.js'
import {propertyOptions} from '../support/property-options.js'

it('ranges tile, and every key group goes to the subtask whose range holds it', () => {
  const shape = fc.integer({min: 1, max: 400}).chain((max) => fc.tuple(fc.constant(max), fc.integer({min: 1, max})))
  fc.assert(
    fc.property(shape, ([maxParallelism, parallelism]) => {
      let next = 0
      for (let index = 0; index < parallelism; index++) {
        const range = keyGroupRangeOf(index, parallelism, maxParallelism)
        expect(range.keyGroupStart).toBe(next)
        next = range.keyGroupEndInclusive + 1
        for (let group = range.keyGroupStart; group < next; group++) {
          expect(subtaskForKeyGroup(group, parallelism, maxParallelism)).toBe(index)
        }
      }
      expect(next).toBe(maxParallelism)
    }),
    propertyOptions(),
  )
})

it('hashes UTF-8 bytes as Java hashes the string', () => {
  fc.assert(
    fc.property(fc.string({unit: 'grapheme'}), (text) => {
      const bytes = Buffer.from(text)
      expect(javaStringHashUtf8(bytes, 0, bytes.length)).toBe(javaStringHash(bytes.toString()))
    }),
    propertyOptions(500),
  )
})
