/**
 * Goal: each kind of keyed state keeps its contract: per key and namespace, gone when empty, snapshots and iterations as promised.
 * Method: the states of one backend, used as an operator uses them.
 */
import {describe, expect, expectTypeOf, it} from 'vitest'
import {
  type AggregateFunction,
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../../src/state/index.js'
import {BACKENDS, newBackend as backendOf} from '../../support/keyed-state.js'

const AVERAGE: AggregateFunction<number, {sum: number; count: number}, number> = {
  createAccumulator: () => ({sum: 0, count: 0}),
  add: (value, {sum, count}) => ({sum: sum + value, count: count + 1}),
  getResult: ({sum, count}) => sum / count,
  merge: (a, b) => ({sum: a.sum + b.sum, count: a.count + b.count}),
}

const window = (start: number, end: number) => ({start, end})

describe.each(BACKENDS)('%s', (kind) => {
  const newBackend = (options: Parameters<typeof backendOf>[0] = {}) => backendOf(options, kind)

  describe('ValueState', () => {
    it('is a value per key', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
      backend.setCurrentKey('a')
      expect(state.value()).toBeUndefined()
      state.update(1)
      backend.setCurrentKey('b')
      expect(state.value()).toBeUndefined()
      state.update(2)
      state.update(3)
      backend.setCurrentKey('a')
      expect(state.value()).toBe(1)
      state.clear()
      expect(state.value()).toBeUndefined()
      backend.setCurrentKey('b')
      expect(state.value()).toBe(3)
      expect(backend.entryCount).toBe(1)
    })

    it('is cleared by null and undefined, as in Flink', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
      backend.setCurrentKey('a')
      for (const nothing of [null, undefined]) {
        state.update(1)
        state.update(nothing)
        expect(state.value()).toBeUndefined()
        expect(backend.entryCount).toBe(0)
      }
    })

    it('gives its default value, a fresh one where it is made by a function', () => {
      const backend = newBackend()
      backend.setCurrentKey('a')
      const count = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n', {defaultValue: 0}))
      const words = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor('w', {defaultValue: () => ['x']}))
      expect(count.value() + 1).toBe(1)
      words.value().push('y')
      expect(words.value()).toEqual(['x'])
      expect(backend.entryCount).toBe(0)
    })

    it('has types that know of the default value', () => {
      const backend = newBackend()
      const plain = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('a'))
      const withDefault = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('b', {defaultValue: 0}))
      const inferred = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor('c', {defaultValue: 'x'}))
      expectTypeOf(plain.value).returns.toEqualTypeOf<number | undefined>()
      expectTypeOf(withDefault.value).returns.toEqualTypeOf<number>()
      expectTypeOf(inferred.value).returns.toEqualTypeOf<string>()
    })
  })

  describe('ListState', () => {
    it('appends, replaces and clears', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, new ListStateDescriptor<number>('l'))
      backend.setCurrentKey('a')
      expect(state.get()).toEqual([])
      state.add(1)
      state.addAll(new Set([2, 3]))
      expect(state.get()).toEqual([1, 2, 3])
      state.update([9])
      expect(state.get()).toEqual([9])
      backend.setCurrentKey('b')
      expect(state.get()).toEqual([])
      backend.setCurrentKey('a')
      state.update([])
      expect(state.get()).toEqual([])
      expect(backend.entryCount).toBe(0)
    })

    it('takes no room for an empty list', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, new ListStateDescriptor<number>('l'))
      backend.setCurrentKey('a')
      state.addAll([])
      state.update([])
      expect(backend.entryCount).toBe(0)
    })

    it('gives snapshots: adding while iterating ends', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, new ListStateDescriptor<number>('l'))
      backend.setCurrentKey('a')
      state.addAll([1, 2])
      const before = state.get()
      for (const value of state.get()) state.add(value + 10)
      expect(before).toEqual([1, 2])
      expect(state.get()).toEqual([1, 2, 11, 12])
      state.addAll(state.get())
      expect(state.get()).toEqual([1, 2, 11, 12, 1, 2, 11, 12])
    })

    it('keeps nothing of the array it was given', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, new ListStateDescriptor<number>('l'))
      backend.setCurrentKey('a')
      const given = [1]
      state.update(given)
      state.add(2)
      expect(given).toEqual([1])
    })
  })

  describe('MapState', () => {
    const descriptor = new MapStateDescriptor<unknown, number>('m')

    it('is a map per key, in the order of insertion', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, descriptor)
      backend.setCurrentKey('a')
      expect(state.isEmpty()).toBe(true)
      expect([...state.entries()]).toEqual([])
      state.put('y', 1)
      state.putAll(new Map([['x', 2]]))
      state.putAll([['z', 3]])
      state.put('y', 4)
      expect([...state.entries()]).toEqual([
        ['y', 4],
        ['x', 2],
        ['z', 3],
      ])
      expect([...state.keys()]).toEqual(['y', 'x', 'z'])
      expect([...state.values()]).toEqual([4, 2, 3])
      expect(state.get('x')).toBe(2)
      expect(state.contains('q')).toBe(false)
      state.remove('x')
      expect(state.contains('x')).toBe(false)
      backend.setCurrentKey('b')
      expect(state.isEmpty()).toBe(true)
      expect(state.get('y')).toBeUndefined()
    })

    it('takes no room once it is empty', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, descriptor)
      backend.setCurrentKey('a')
      state.put('x', 1)
      expect(backend.entryCount).toBe(1)
      state.remove('x')
      state.remove('x')
      expect(backend.entryCount).toBe(0)
      expect(state.isEmpty()).toBe(true)
    })

    it('compares keys by content and gives the first one back', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, descriptor)
      backend.setCurrentKey('a')
      state.put(['p', 1], 1)
      state.put(['p', 1], 2)
      state.put('\u0000[', 3)
      state.put({b: 1, a: 2}, 4)
      expect(state.get({a: 2, b: 1})).toBe(4)
      expect([...state.entries()]).toEqual([
        [['p', 1], 2],
        ['\u0000[', 3],
        [{b: 1, a: 2}, 4],
      ])
      state.remove(['p', 1])
      state.remove({a: 2, b: 1})
      state.put({a: 2, b: 1}, 5)
      expect([...state.keys()].map((key) => JSON.stringify(key))).toEqual(['"\\u0000["', '{"a":2,"b":1}'])
      expect(() => state.put(new Map(), 1)).toThrow(
        expect.objectContaining({
          kind: 'user',
          code: 'FTS_BAD_KEY',
          message: expect.stringMatching(/^map state "m": /),
        }),
      )
    })

    it('follows changes while it is iterated', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, descriptor)
      backend.setCurrentKey('a')
      state.putAll([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ])
      const seen: unknown[] = []
      for (const [key] of state.entries()) {
        seen.push(key)
        if (key === 'a') {
          state.remove('b')
          state.put(['new'], 4)
        }
      }
      expect(seen).toEqual(['a', 'c', ['new']])
      for (const key of state.keys()) {
        seen.push(key)
        state.clear()
      }
      expect(seen).toEqual(['a', 'c', ['new'], 'a'])
      expect(backend.entryCount).toBe(0)
    })
  })

  describe('ReducingState and AggregatingState', () => {
    it('reduce', () => {
      const backend = newBackend()
      const max = backend.getState(VOID_NAMESPACE, new ReducingStateDescriptor<number>('max', Math.max))
      const text = backend.getState(
        VOID_NAMESPACE,
        new ReducingStateDescriptor<string>('text', {reduce: (a, b) => a + b}),
      )
      backend.setCurrentKey('a')
      expect(max.get()).toBeUndefined()
      for (const value of [3, 7, 5]) max.add(value)
      for (const value of 'abc') text.add(value)
      expect([max.get(), text.get()]).toEqual([7, 'abc'])
      max.clear()
      expect(max.get()).toBeUndefined()
    })

    it('aggregate: the average of 1 to 5 is 3', () => {
      const backend = newBackend()
      const state = backend.getState(VOID_NAMESPACE, new AggregatingStateDescriptor('average', AVERAGE))
      backend.setCurrentKey('a')
      expect(state.get()).toBeUndefined()
      for (const value of [1, 2, 3, 4, 5]) state.add(value)
      expect(state.get()).toBe(3)
      expectTypeOf(state.get).returns.toEqualTypeOf<number | undefined>()
    })
  })

  describe('namespaces', () => {
    it('are compared by content', () => {
      const backend = newBackend()
      const state = backend.getState(window(0, 10), new ValueStateDescriptor<string>('v'))
      const namespaces = [window(0, 10), window(0, 20), window(10, 20), 'w', 7, 0, {id: 1}, {id: 2}, ['a', 1]] as const
      backend.setCurrentKey('k')
      for (const [index, namespace] of namespaces.entries()) {
        state.setCurrentNamespace(namespace)
        expect(state.value()).toBeUndefined()
        state.update(`in ${index}`)
      }
      for (const [index, namespace] of namespaces.entries()) {
        state.setCurrentNamespace(structuredClone(namespace) as typeof namespace)
        expect(state.value()).toBe(`in ${index}`)
        state.clear()
      }
      expect(backend.entryCount).toBe(0)
    })

    it('do not move the handle of the key', () => {
      const backend = newBackend()
      const descriptor = new ValueStateDescriptor<string>('v')
      const ofKey = backend.getState(VOID_NAMESPACE, descriptor)
      const ofWindow = backend.getState(window(0, 10), descriptor)
      backend.setCurrentKey('k')
      ofKey.update('key')
      ofWindow.update('window')
      expect([ofKey.value(), ofWindow.value()]).toEqual(['key', 'window'])
      expect(backend.getState(window(10, 20), descriptor)).toBe(ofWindow)
      expect(ofWindow.value()).toBeUndefined()
      expect(ofKey.value()).toBe('key')
    })

    it('merge', () => {
      const backend = newBackend()
      const list = backend.getState(window(0, 1), new ListStateDescriptor<string>('list'))
      const concat = backend.getState(window(0, 1), new ReducingStateDescriptor<string>('concat', (a, b) => a + b))
      const average = backend.getState(window(0, 1), new AggregatingStateDescriptor('average', AVERAGE))
      backend.setCurrentKey('k')
      for (const [index, text] of ['a', 'b', 'c'].entries()) {
        for (const state of [list, concat, average]) state.setCurrentNamespace(window(index, index + 1))
        list.add(text)
        concat.add(text)
        average.add(index)
      }
      for (const state of [list, concat, average]) {
        state.mergeNamespaces(window(0, 1), [window(1, 2), window(2, 3), window(0, 1), window(8, 9)])
        state.setCurrentNamespace(window(0, 1))
      }
      expect([list.get(), concat.get(), average.get()]).toEqual([['a', 'b', 'c'], 'abc', 1])
      expect(backend.entryCount).toBe(3)
      for (const state of [list, concat, average]) {
        state.mergeNamespaces(window(5, 6), [window(0, 1)])
        expect(state.get()).toEqual(state === list ? [] : undefined)
        state.setCurrentNamespace(window(5, 6))
      }
      expect([list.get(), concat.get(), average.get()]).toEqual([['a', 'b', 'c'], 'abc', 1])
    })

    it('do not merge with an aggregate function that cannot', () => {
      const {merge: _, ...cannotMerge} = AVERAGE
      const backend = newBackend()
      const state = backend.getState(window(0, 1), new AggregatingStateDescriptor('average', cannotMerge))
      backend.setCurrentKey('k')
      state.add(1)
      state.setCurrentNamespace(window(1, 2))
      state.add(2)
      expect(() => state.mergeNamespaces(window(0, 1), [window(1, 2)])).toThrow(
        expect.objectContaining({kind: 'user', code: 'FTS_AGGREGATE_CANNOT_MERGE'}),
      )
    })
  })

  describe('the backend', () => {
    it('refuses two kinds of one name', () => {
      const backend = newBackend()
      backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
      expect(() => backend.getState(VOID_NAMESPACE, new ListStateDescriptor<number>('n'))).toThrow(
        expect.objectContaining({
          kind: 'user',
          code: 'FTS_STATE_KIND',
          message: 'state "n" is a value state, but was also asked for as a list state',
        }),
      )
    })

    it('refuses descriptors without a name', () => {
      expect(() => new ValueStateDescriptor('')).toThrow(expect.objectContaining({code: 'FTS_BAD_STATE_NAME'}))
      expect(() => new MapStateDescriptor(undefined as never)).toThrow(
        expect.objectContaining({code: 'FTS_BAD_STATE_NAME'}),
      )
    })

    it('applies a function to all keys, which may change and clear them', () => {
      const backend = newBackend()
      const descriptor = new ValueStateDescriptor<number>('n')
      const state = backend.getState(VOID_NAMESPACE, descriptor)
      for (let key = 0; key < 1000; key++) {
        backend.setCurrentKey(key)
        state.update(key)
      }
      backend.setCurrentKey(7)
      const visited: unknown[] = []
      backend.applyToAllKeys<typeof state>(VOID_NAMESPACE, descriptor, (key, ofKey) => {
        visited.push(key)
        expect(backend.currentKey).toBe(key)
        const value = ofKey.value()!
        ofKey.clear()
        if (value % 2 === 0) ofKey.update(value * 10)
      })
      expect(visited.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({length: 1000}, (_, i) => i))
      expect(backend.currentKey).toBe(7)
      expect(state.value()).toBeUndefined()
      backend.setCurrentKey(8)
      expect(state.value()).toBe(80)
      expect(backend.entryCount).toBe(500)
    })

    it('counts its entries by state', () => {
      const backend = newBackend()
      const value = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('v'))
      const map = backend.getState(window(0, 1), new MapStateDescriptor<string, number>('m'))
      for (const key of ['a', 'b']) {
        backend.setCurrentKey(key)
        value.update(1)
        map.put('x', 1)
        map.put('y', 1)
        map.setCurrentNamespace(window(1, 2))
        map.put('x', 1)
      }
      expect(backend.entryCounts()).toEqual(
        new Map([
          ['v', 2],
          ['m', 3],
        ]),
      )
    })
  })
})
