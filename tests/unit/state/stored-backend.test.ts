/**
 * Goal: keyed state in a store stays within its memory, writes few times what changes often, cleans up what has expired, is gone when its
 * operator ends, and refuses what it cannot keep.
 * Method: one backend over a store in memory; entries in its cache and pairs in the store are counted.
 */
import {describe, expect, it} from 'vitest'
import {MemoryStore} from '../../../src/prove/memory-store.js'
import {
  ListStateDescriptor,
  MapStateDescriptor,
  StateStorage,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../../src/state/index.js'
import {newBackend} from '../../support/keyed-state.js'
import {StateFiles} from '../../support/state-files.js'

function setUp(cacheBytes: number, options: Parameters<typeof newBackend>[0] = {}) {
  const store = new MemoryStore()
  const storage = new StateStorage({store, cacheBytes})
  return {store, storage, backend: newBackend(options, 'store', storage)}
}

describe('keyed state in a store', () => {
  it('keeps rows in memory up to its limit', () => {
    const {store, storage, backend} = setUp(100_000)
    const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<{n: number}>('n'))
    let most = 0
    for (let i = 0; i < 2000; i++) {
      backend.setCurrentKey(`key ${i % 1000}`)
      state.update({n: (state.value()?.n ?? 0) + 1})
      most = Math.max(most, storage.cache.usedBytes)
    }
    expect(most).toBeGreaterThan(90_000)
    expect(most).toBeLessThan(101_000)
    expect(storage.cache.size).toBeLessThan(600)
    expect(store.size).toBeGreaterThan(400)
    expect(backend.entryCount).toBe(1000)
    for (let i = 0; i < 1000; i++) {
      backend.setCurrentKey(`key ${i}`)
      expect(state.value()).toEqual({n: 2})
    }
  })

  it('keeps what is used often in memory', () => {
    const {storage, backend} = setUp(60_000)
    const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
    const use = (key: string) => {
      backend.setCurrentKey(key)
      state.update((state.value() ?? 0) + 1)
    }
    const gets: Uint8Array[] = []
    const {store} = storage
    const get = store.get.bind(store)
    store.get = (key) => {
      gets.push(key)
      return get(key)
    }
    for (let i = 0; i < 5000; i++) {
      use('hot')
      use(`cold ${i}`)
    }
    // Each cold key is looked for once; the hot one was read the first time, and may be seldom again.
    expect(gets.length).toBeLessThan(5000 + 10)
    backend.setCurrentKey('hot')
    expect(state.value()).toBe(5000)
  })

  it('writes a key that changes all the time only now and then', () => {
    const {store, backend} = setUp(1e6)
    const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
    for (let i = 0; i < 1000; i++) {
      backend.setCurrentKey('one')
      state.update(i)
    }
    expect(store.size).toBe(0)
    new StateFiles().complete(backend.takeSnapshot({checkpointId: 1, isIncremental: false}))
    expect(store.size).toBe(1)
  })

  it('is gone from store and memory when it is closed, and that of others stays', () => {
    const {store, storage, backend} = setUp(1e6)
    const other = newBackend({}, 'store', storage)
    for (const one of [backend, other]) {
      const state = one.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
      for (let i = 0; i < 50; i++) {
        one.setCurrentKey(i)
        state.update(i)
      }
      new StateFiles().complete(one.takeSnapshot({checkpointId: 1, isIncremental: false}))
    }
    expect(store.size).toBe(100)
    backend.close()
    expect(store.size).toBe(50)
    expect(storage.cache.size).toBe(50)
    other.close()
    expect([store.size, storage.cache.size, storage.cache.usedBytes]).toEqual([0, 0, 0])
  })

  it('removes expired rows while others are used, and trims lists and maps', () => {
    const clock = {ms: 0}
    const {store, backend} = setUp(1, {nowMs: () => clock.ms})
    const value = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('v', {ttl: 100}))
    const list = backend.getState(VOID_NAMESPACE, new ListStateDescriptor<string>('l', {ttl: 100}))
    const map = backend.getState(VOID_NAMESPACE, new MapStateDescriptor<string, number>('m', {ttl: 100}))
    for (let i = 0; i < 300; i++) {
      backend.setCurrentKey(i)
      value.update(i)
    }
    backend.setCurrentKey('k')
    list.add('old')
    map.put('old', 1)
    clock.ms = 50
    list.add('new')
    map.put('new', 2)
    clock.ms = 100
    backend.setCurrentKey('other')
    for (let access = 0; access < 128 * 6; access++) {
      value.value()
      list.get()
      map.get('x')
    }
    expect(Object.fromEntries(backend.entryCounts())).toEqual({v: 0, l: 1, m: 1})
    // Back in time, so that only what is still stored shows.
    clock.ms = 60
    backend.setCurrentKey('k')
    expect(list.get()).toEqual(['new'])
    expect([...map.entries()]).toEqual([['new', 2]])
    expect(store.openCursors).toBe(0)
  })

  it('closes its cursors when a snapshot is given up, in the middle or before it began', () => {
    const {store, backend} = setUp(1e6)
    const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
    for (let i = 0; i < 5000; i++) {
      backend.setCurrentKey(i)
      state.update(i)
    }
    const begun = backend.takeSnapshot({checkpointId: 1, isIncremental: true})
    begun.pieces.next()
    expect(store.openCursors).toBe(1)
    begun.abandon()
    expect(store.openCursors).toBe(0)
    backend.takeSnapshot({checkpointId: 2, isIncremental: true}).abandon()
    expect(store.openCursors).toBe(0)
  })

  it('forgets noted changes when the checkpoint that has them is completed', () => {
    const {store, backend} = setUp(1e6)
    const files = new StateFiles()
    const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('n'))
    const touch = (count: number) => {
      for (let i = 0; i < count; i++) {
        backend.setCurrentKey(i)
        state.update(i)
      }
    }
    const sizes: number[] = []
    for (let checkpointId = 1; checkpointId <= 4; checkpointId++) {
      touch(checkpointId === 1 ? 2000 : 10)
      const {files: written} = files.complete(backend.takeSnapshot({checkpointId, isIncremental: true}))
      sizes.push(written.at(-1)!.sizeBytes)
      backend.checkpointCompleted(checkpointId)
      expect(store.size).toBe(2000)
    }
    for (const size of sizes.slice(1)) expect(size).toBeLessThan(sizes[0] / 5)
  })

  it('says which state has a value that cannot be kept', () => {
    const {backend} = setUp(1e6)
    const state = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<unknown>('cart'))
    backend.setCurrentKey('a')
    state.update({items: [() => 1]})
    const snapshot = backend.takeSnapshot({checkpointId: 1, isIncremental: false})
    expect(() => new StateFiles().complete(snapshot)).toThrow(
      'state "cart" of operator "count clicks": the field "items[0]" of a value is a function (anonymous), which cannot be stored',
    )
  })
})
