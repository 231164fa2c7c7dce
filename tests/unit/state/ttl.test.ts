/**
 * Goal: state expires as in Flink: when, what a touch is, what is still seen, and that it really goes.
 * Method: one state with a clock that the test sets. The rules are those of Flink's StateTtlConfig and runtime/state/ttl.
 */
import {describe, expect, it} from 'vitest'
import {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  type StateTtlConfig,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../../src/state/index.js'
import {BACKENDS, newBackend as backendOf} from '../../support/keyed-state.js'

const TTL: StateTtlConfig = {ttl: 100, cleanup: 'disabled'}

describe.each(BACKENDS)('%s', (kind) => {
  const newBackend = (options: Parameters<typeof backendOf>[0] = {}) => backendOf(options, kind)
  // A store goes round its rows at another pace: see stored-backend.test.ts.
  const isStored = kind !== 'hashmap'

  function newClock() {
    const clock = {ms: 0}
    const backend = newBackend({nowMs: () => clock.ms})
    backend.setCurrentKey('k')
    return {clock, backend}
  }

  function valueState(ttl: StateTtlConfig | string) {
    const {clock, backend} = newClock()
    return {clock, backend, state: backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<string>('v', {ttl}))}
  }

  describe('a value', () => {
    it('expires when its ttl has passed since it was written', () => {
      const {clock, backend, state} = valueState(TTL)
      state.update('x')
      clock.ms = 99
      expect(state.value()).toBe('x')
      clock.ms = 100
      expect(state.value()).toBeUndefined()
      expect(backend.entryCount).toBe(0)
    })

    it('lives on with each write, and not with reads', () => {
      const {clock, state} = valueState(TTL)
      state.update('x')
      clock.ms = 60
      state.update('y')
      clock.ms = 159
      expect(state.value()).toBe('y')
      clock.ms = 160
      expect(state.value()).toBeUndefined()
    })

    it('lives on with reads where they count', () => {
      const {clock, state} = valueState({...TTL, updateType: 'OnReadAndWrite'})
      state.update('x')
      for (clock.ms = 90; clock.ms < 1000; clock.ms += 90) expect(state.value()).toBe('x')
      clock.ms += 100
      expect(state.value()).toBeUndefined()
    })

    it('is seen once more where expired state may be returned', () => {
      const {clock, state} = valueState({...TTL, visibility: 'ReturnExpiredIfNotCleanedUp'})
      state.update('x')
      clock.ms = 500
      expect(state.value()).toBe('x')
      expect(state.value()).toBeUndefined()
    })

    it('never expires where the ttl is disabled', () => {
      const {clock, state} = valueState({...TTL, updateType: 'Disabled'})
      state.update('x')
      clock.ms = 1e15
      expect(state.value()).toBe('x')
    })

    it('takes a bare duration', () => {
      const {clock, state} = valueState('10s')
      state.update('x')
      clock.ms = 9_999
      expect(state.value()).toBe('x')
      clock.ms = 10_000
      expect(state.value()).toBeUndefined()
    })

    it('falls back to its default value', () => {
      const {clock, backend} = newClock()
      const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n', {ttl: TTL, defaultValue: 7}))
      state.update(1)
      clock.ms = 100
      expect(state.value()).toBe(7)
    })
  })

  describe('a list', () => {
    const listState = (ttl: StateTtlConfig) => {
      const {clock, backend} = newClock()
      return {clock, backend, state: backend.getState(VOID_NAMESPACE, new ListStateDescriptor<string>('l', {ttl}))}
    }

    it('expires element by element', () => {
      const {clock, backend, state} = listState(TTL)
      state.add('a')
      clock.ms = 50
      state.addAll(['b', 'c'])
      clock.ms = 100
      expect(state.get()).toEqual(['b', 'c'])
      clock.ms = 149
      state.add('d')
      clock.ms = 150
      expect(state.get()).toEqual(['d'])
      clock.ms = 249
      expect(state.get()).toEqual([])
      expect(backend.entryCount).toBe(0)
    })

    it('lives on as a whole where reads count', () => {
      const {clock, state} = listState({...TTL, updateType: 'OnReadAndWrite'})
      state.add('a')
      clock.ms = 50
      state.add('b')
      clock.ms = 120
      expect(state.get()).toEqual(['b'])
      clock.ms = 219
      expect(state.get()).toEqual(['b'])
    })

    it('shows expired elements, where it may, until all are expired', () => {
      const {clock, state} = listState({...TTL, visibility: 'ReturnExpiredIfNotCleanedUp'})
      state.add('a')
      clock.ms = 50
      state.add('b')
      clock.ms = 120
      expect(state.get()).toEqual(['a', 'b'])
      expect(state.get()).toEqual(['a', 'b'])
      clock.ms = 150
      expect(state.get()).toEqual(['a', 'b'])
      expect(state.get()).toEqual([])
    })
  })

  describe('a map', () => {
    const mapState = (ttl: StateTtlConfig) => {
      const {clock, backend} = newClock()
      return {
        clock,
        backend,
        state: backend.getState(VOID_NAMESPACE, new MapStateDescriptor<string, number>('m', {ttl})),
      }
    }

    it('expires entry by entry', () => {
      const {clock, backend, state} = mapState(TTL)
      state.put('a', 1)
      clock.ms = 50
      state.put('b', 2)
      clock.ms = 99
      expect([...state.entries()]).toEqual([
        ['a', 1],
        ['b', 2],
      ])
      clock.ms = 100
      expect(state.get('a')).toBeUndefined()
      expect(state.contains('a')).toBe(false)
      expect([...state.keys()]).toEqual(['b'])
      clock.ms = 150
      expect(state.isEmpty()).toBe(true)
      expect([...state.values()]).toEqual([])
      expect(backend.entryCount).toBe(0)
    })

    it('lives on entry by entry where reads count', () => {
      const {clock, state} = mapState({...TTL, updateType: 'OnReadAndWrite'})
      state.putAll(Object.entries({a: 1, b: 2}))
      clock.ms = 60
      expect(state.contains('a')).toBe(true)
      clock.ms = 110
      expect([...state.entries()]).toEqual([['a', 1]])
      clock.ms = 209
      expect(state.get('a')).toBe(1)
    })

    it('shows an expired entry once, where it may', () => {
      const {clock, state} = mapState({...TTL, visibility: 'ReturnExpiredIfNotCleanedUp'})
      state.put('a', 1)
      state.put('b', 2)
      clock.ms = 100
      expect(state.isEmpty()).toBe(false)
      expect(state.get('a')).toBe(1)
      expect([...state.entries()]).toEqual([['b', 2]])
      expect(state.isEmpty()).toBe(true)
    })
  })

  describe('reduced and aggregated values', () => {
    it('begin anew once they are expired', () => {
      const {clock, backend} = newClock()
      const sum = backend.getState(
        VOID_NAMESPACE,
        new ReducingStateDescriptor<number>('s', (a, b) => a + b, {ttl: TTL}),
      )
      const list = backend.getState(
        VOID_NAMESPACE,
        new AggregatingStateDescriptor(
          'l',
          {
            createAccumulator: () => [] as number[],
            add: (value: number, all) => [...all, value],
            getResult: (all) => all.join(' '),
            merge: (a, b) => [...a, ...b],
          },
          {ttl: TTL},
        ),
      )
      for (clock.ms = 1; clock.ms <= 4; clock.ms++) {
        sum.add(clock.ms)
        list.add(clock.ms)
      }
      clock.ms = 103
      expect([sum.get(), list.get()]).toEqual([10, '1 2 3 4'])
      clock.ms = 104
      sum.add(5)
      list.add(5)
      expect([sum.get(), list.get()]).toEqual([5, '5'])
      clock.ms = 204
      expect([sum.get(), list.get()]).toEqual([undefined, undefined])
      expect(backend.entryCount).toBe(0)
    })

    it('merge without what is expired', () => {
      const {clock, backend} = newClock()
      const state = backend.getState(
        {start: 0, end: 1},
        new ReducingStateDescriptor<string>('s', (a, b) => a + b, {ttl: TTL}),
      )
      for (const [index, text] of ['a', 'b', 'c'].entries()) {
        clock.ms = index * 50
        state.setCurrentNamespace({start: index, end: index + 1})
        state.add(text)
      }
      clock.ms = 120
      state.mergeNamespaces({start: 0, end: 1}, [
        {start: 1, end: 2},
        {start: 2, end: 3},
      ])
      state.setCurrentNamespace({start: 0, end: 1})
      expect(state.get()).toBe('bc')
      clock.ms = 219
      expect(state.get()).toBe('bc')
      clock.ms = 220
      expect(state.get()).toBeUndefined()
    })
  })

  describe('cleanup', () => {
    const fill = (cleanup: NonNullable<StateTtlConfig['cleanup']> | undefined) => {
      const {clock, backend} = newClock()
      const ttl: StateTtlConfig = {ttl: 100, ...(cleanup === undefined ? {} : {cleanup})}
      const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('v', {ttl}))
      for (let key = 0; key < 1000; key++) {
        backend.setCurrentKey(key)
        state.update(key)
      }
      clock.ms = 100
      backend.setCurrentKey('fresh')
      state.update(1)
      return {clock, backend, state}
    }

    it.skipIf(isStored)('drops expired state of other keys, five with each access', () => {
      const {backend, state} = fill(undefined)
      expect(backend.entryCount).toBe(1001 - 5)
      // One of the 50 looked at is the fresh one.
      for (let access = 0; access < 10; access++) state.value()
      expect(backend.entryCount).toBe(1001 - 5 - 49)
      for (let access = 0; access < 200; access++) state.value()
      expect(backend.entryCount).toBe(1)
      expect(state.value()).toBe(1)
    })

    it('leaves state alone where it is disabled', () => {
      const {backend, state} = fill('disabled')
      for (let access = 0; access < 1000; access++) state.value()
      expect(backend.entryCount).toBe(1001)
    })

    it.skipIf(isStored)('runs for every record where that is asked for', () => {
      const {backend} = fill({entriesPerAccess: 10, forEveryRecord: true})
      const before = backend.entryCount
      for (let record = 0; record < 5; record++) backend.setCurrentKey('other')
      // One of the 50 looked at is the fresh one.
      expect(before - backend.entryCount).toBe(49)
    })

    it.skipIf(isStored)('trims lists and maps of which a part is expired', () => {
      const {clock, backend} = newClock()
      const list = backend.getState(VOID_NAMESPACE, new ListStateDescriptor<string>('l', {ttl: 100}))
      const map = backend.getState(VOID_NAMESPACE, new MapStateDescriptor<string, number>('m', {ttl: 100}))
      list.add('old')
      map.put('old', 1)
      clock.ms = 50
      list.add('new')
      map.put('new', 2)
      clock.ms = 100
      backend.setCurrentKey('other')
      list.get()
      map.get('x')
      // Back in time, so that only what is still stored shows.
      clock.ms = 60
      backend.setCurrentKey('k')
      expect(list.get()).toEqual(['new'])
      expect([...map.entries()]).toEqual([['new', 2]])
    })
  })

  describe('a config', () => {
    it.each<[StateTtlConfig | number, string]>([
      [0, 'ttl of state "v": the ttl is 0, so nothing would ever be stored'],
      [
        {ttl: 1, updateType: 'OnWrite' as never},
        'ttl of state "v": updateType "OnWrite" is not one of OnCreateAndWrite, OnReadAndWrite, Disabled',
      ],
      [
        {ttl: 1, visibility: 'All' as never},
        'ttl of state "v": visibility "All" is not one of NeverReturnExpired, ReturnExpiredIfNotCleanedUp',
      ],
      [
        {ttl: 1, cleanup: {entriesPerAccess: 0}},
        'ttl of state "v": cleanup.entriesPerAccess is 0, expected a whole number from 1',
      ],
    ])('%j is refused', (ttl, message) => {
      expect(() => new ValueStateDescriptor('v', {ttl})).toThrow(
        expect.objectContaining({kind: 'user', code: 'FTS_BAD_TTL', message}),
      )
    })

    it('with a bad duration is refused', () => {
      expect(() => new ValueStateDescriptor('v', {ttl: 'soon'})).toThrow(
        expect.objectContaining({kind: 'user', code: 'FTS_BAD_DURATION'}),
      )
    })
  })
})
