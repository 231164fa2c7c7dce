/**
 * Goal: a key finds its own state and no other's, whatever its type, and a key that could not be found again is refused.
 * Method: one counter per key through the backend, for keys that resemble each other.
 */
import {describe, expect, it} from 'vitest'
import {keyGroupForHash} from '../../../src/core/index.js'
import {ValueStateDescriptor, VOID_NAMESPACE} from '../../../src/state/index.js'
import {hashKey} from '../../../src/types/index.js'
import {BACKENDS, newBackend as backendOf} from '../../support/keyed-state.js'

const marks = new ValueStateDescriptor<string>('mark')

class Route {
  constructor(
    readonly from: string,
    readonly to: string,
  ) {}
}

describe.each(BACKENDS)('%s', (kind) => {
  const newBackend = (options: Parameters<typeof backendOf>[0] = {}) => backendOf(options, kind)

  describe('keys', () => {
    it('that differ have state of their own', () => {
      const keys: unknown[] = [
        1,
        '1',
        1n,
        true,
        'true',
        null,
        'null',
        '',
        0,
        1.5,
        Number.POSITIVE_INFINITY,
        [],
        {},
        [1],
        ['1'],
        [1, 2],
        [[1], 2],
        [1, [2]],
        ['a', 'b'],
        ['ab', ''],
        ['a,b'],
        [null],
        [true],
        [1n],
        {a: 1},
        {a: '1'},
        {a: {b: 1}},
        {a: 1, b: 2},
        '\u0000',
        '\u0000[]',
        '\u0000s',
        '\u0000s\u0000',
        '\u0000{"1:an1;}',
      ]
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, marks)
      for (const [index, key] of keys.entries()) {
        backend.setCurrentKey(key)
        expect(state.value(), `key ${String(key)}`).toBeUndefined()
        state.update(`mark ${index}`)
      }
      for (const [index, key] of keys.entries()) {
        backend.setCurrentKey(key)
        expect(state.value()).toBe(`mark ${index}`)
      }
      expect(backend.entryCount).toBe(keys.length)
    })

    it.each([
      [
        ['a', 1],
        ['a', 1],
      ],
      [
        {a: 1, b: [2]},
        {b: [2], a: 1},
      ],
      [0, -0],
      [[0], [-0]],
      [new Route('x', 'y'), {from: 'x', to: 'y'}],
      [Object.assign(Object.create(null), {a: 1}), {a: 1}],
    ])('%j is %j', (one, other) => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, marks)
      backend.setCurrentKey(one)
      state.update('same')
      backend.setCurrentKey(other)
      expect(state.value()).toBe('same')
      expect(backend.currentKey).toBe(other)
    })

    it('belong to the key group of their hash', () => {
      const backend = newBackend()
      for (const key of ['hello', 42, ['a', 1], {a: 1}]) {
        backend.setCurrentKey(key)
        expect(backend.currentKeyGroup).toBe(keyGroupForHash(hashKey(key), 128))
        const group = backend.currentKeyGroup
        backend.setCurrentKey(key, hashKey(key))
        expect(backend.currentKeyGroup).toBe(group)
      }
    })

    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic

    it.each([
      [undefined, 'undefined'],
      [Number.NaN, 'NaN'],
      [Symbol('s'), 'Symbol(s)'],
      [function byUser() {}, 'a function (byUser)'],
      [new Date(0), 'an object (Date) with no fields'],
      [new Map(), 'an object (Map) with no fields'],
      [['a', undefined], 'an array with 0: "a", 1: undefined'],
      [{user: Number.NaN}, 'an object (Object) with user: NaN'],
      [cyclic, 'an object (Object) with self: Object'],
    ])('%s is refused', (key, shown) => {
      const backend = newBackend()
      for (const hash of [undefined, 7])
        expect(() => backend.setCurrentKey(key, hash)).toThrow(
          expect.objectContaining({
            kind: 'user',
            code: 'FTS_BAD_KEY',
            message:
              `operator "count clicks": the key is ${shown}; ` +
              'a key is a string, a number, a boolean, a bigint, or an array or object of these',
          }),
        )
    })

    it('of another subtask are refused', () => {
      // Flink's key groups of "hello" and "word" with 128 of them.
      const backend = newBackend({keyGroupRange: {keyGroupStart: 0, keyGroupEndInclusive: 35}})
      const state = backend.getState(VOID_NAMESPACE, marks)
      backend.setCurrentKey('word')
      expect(() => state.update('x')).toThrow(
        expect.objectContaining({
          kind: 'user',
          code: 'FTS_KEY_GROUP_NOT_HERE',
          details: {operator: 'count clicks', keyGroup: 93, keyGroupStart: 0, keyGroupEndInclusive: 35},
        }),
      )
      backend.setCurrentKey('hello')
      expect(backend.currentKeyGroup).toBe(35)
    })

    it('are needed before state is used', () => {
      const state = newBackend().getState(VOID_NAMESPACE, marks)
      expect(() => state.value()).toThrow(expect.objectContaining({kind: 'user', code: 'FTS_NO_CURRENT_KEY'}))
      expect(() => state.update('x')).toThrow(expect.objectContaining({code: 'FTS_NO_CURRENT_KEY'}))
    })
  })
})
