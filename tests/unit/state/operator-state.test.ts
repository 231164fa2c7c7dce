/**
 * Goal: operator state has the interfaces of keyed state, without a key; each name is one state of one kind.
 * Method: the store of one subtask.
 */
import {describe, expect, it} from 'vitest'
import {HeapOperatorStateStore, ListStateDescriptor, MapStateDescriptor} from '../../../src/state/index.js'

describe('operator state', () => {
  it('has lists', () => {
    const store = new HeapOperatorStateStore()
    const offsets = store.getListState(new ListStateDescriptor<number>('offsets'))
    const before = offsets.get()
    offsets.add(1)
    offsets.addAll([2, 3])
    expect(before).toEqual([])
    expect(store.getListState(new ListStateDescriptor<number>('offsets')).get()).toEqual([1, 2, 3])
    offsets.update([4])
    expect(offsets.get()).toEqual([4])
    offsets.clear()
    expect(offsets.get()).toEqual([])
    expect(store.getUnionListState(new ListStateDescriptor<number>('all')).get()).toEqual([])
  })

  it('has broadcast maps', () => {
    const store = new HeapOperatorStateStore()
    const rules = store.getBroadcastState(new MapStateDescriptor<readonly string[], number>('rules'))
    expect(rules.isEmpty()).toBe(true)
    rules.put(['a', 'b'], 1)
    rules.putAll([[['c'], 2]])
    expect(rules.get(['a', 'b'])).toBe(1)
    expect(rules.contains(['a'])).toBe(false)
    expect([...rules.entries()]).toEqual([
      [['a', 'b'], 1],
      [['c'], 2],
    ])
    rules.remove(['a', 'b'])
    expect([[...rules.keys()], [...rules.values()]]).toEqual([[['c']], [2]])
    rules.clear()
    expect(rules.isEmpty()).toBe(true)
  })

  it('refuses two kinds of one name, and a ttl', () => {
    const store = new HeapOperatorStateStore()
    store.getListState(new ListStateDescriptor('s'))
    expect(() => store.getUnionListState(new ListStateDescriptor('s'))).toThrow(
      expect.objectContaining({
        code: 'FTS_STATE_KIND',
        message: 'operator state "s" is a list state, but was also asked for as a union list state',
      }),
    )
    expect(() => store.getBroadcastState(new MapStateDescriptor('s'))).toThrow(
      expect.objectContaining({code: 'FTS_STATE_KIND'}),
    )
    expect(() => store.getBroadcastState(new MapStateDescriptor('rules', {ttl: '1h'}))).toThrow(
      expect.objectContaining({kind: 'user', code: 'FTS_TTL_NOT_HERE'}),
    )
  })
})
