// Goal: what a snapshot amounts to can be looked at without the job that wrote it: every kind of state, windows, timers, changes in later files.
// Method: snapshots of a real backend, full and incremental, read entry by entry.
import {describe, expect, it} from 'vitest'
import type {KeyedStateHandle} from '../../../src/core/index.js'
import {
  HeapTimerService,
  ListStateDescriptor,
  MapStateDescriptor,
  readStoredEntries,
  type TimeSpan,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../../src/state/index.js'
import {newBackend} from '../../support/keyed-state.js'
import {ManualProcessingTime} from '../../support/manual-processing-time.js'
import {StateFiles} from '../../support/state-files.js'

const OPTIONS = {operatorName: 'count clicks', maxParallelism: 128}

describe('entries of a snapshot', () => {
  it('are of every kind, without what time to live adds to them', () => {
    const backend = newBackend()
    backend.setCurrentKey('a')
    backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('count')).update(3)
    backend.getState(VOID_NAMESPACE, new ListStateDescriptor<string>('list', {ttl: '1h'})).addAll(['x', 'y'])
    backend.getState(VOID_NAMESPACE, new MapStateDescriptor<string, number>('map')).put('k', 7)

    expect(entriesOf(backend)).toEqual([
      {state: 'count', kind: 'value', key: 'a', keyGroup: expect.any(Number), value: 3},
      {state: 'list', kind: 'list', key: 'a', keyGroup: expect.any(Number), value: ['x', 'y']},
      {state: 'map', kind: 'map', key: 'a', keyGroup: expect.any(Number), value: new Map([['k', 7]])},
    ])
  })

  it('of windows and timers tell the window, and keep timers of one key apart', () => {
    const backend = newBackend()
    const timers = new HeapTimerService<TimeSpan>({
      key: backend,
      processingTime: new ManualProcessingTime(0),
      triggerable: {onEventTime: () => {}, onProcessingTime: () => {}},
    })
    backend.include(timers.snapshotSources)
    backend.setCurrentKey([1, 'a'])
    const window = {start: 0, end: 10}
    backend.getState(window, new ValueStateDescriptor<number>('sum')).update(5)
    timers.registerEventTimeTimer(window, 9)
    timers.registerEventTimeTimer(window, 12)

    const found = entriesOf(backend).map(({state, kind, key, namespace, value}) => ({
      state,
      kind,
      key,
      namespace,
      value,
    }))
    expect(found).toEqual([
      {state: 'sum', kind: 'value', key: [1, 'a'], namespace: window, value: 5},
      {state: 'event', kind: 'timers', key: [1, 'a'], namespace: window, value: 9},
      {state: 'event', kind: 'timers', key: [1, 'a'], namespace: window, value: 12},
    ])
  })

  it('are those after the last of several files', () => {
    const files = new StateFiles()
    const backend = newBackend()
    const count = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('count'))
    const put = (key: string, value: number | undefined) => {
      backend.setCurrentKey(key)
      if (value === undefined) count.clear()
      else count.update(value)
    }
    const take = (checkpointId: number) => {
      const handle = files.complete(backend.takeSnapshot({checkpointId, isIncremental: true}))
      backend.checkpointCompleted(checkpointId)
      return handle
    }
    // Enough that a few changes are not written as a new base.
    for (let i = 0; i < 1000; i++) put(`key-${i}`, i)
    take(1)
    put('key-1', 100)
    put('key-2', undefined)
    put('new', 1)
    const handle = take(2)

    expect(handle.files.length).toBe(2)
    const values = new Map(entriesIn(handle, files).map(({key, value}) => [key, value]))
    expect(values.size).toBe(1000)
    expect([values.get('key-0'), values.get('key-1'), values.get('key-2'), values.get('new')]).toEqual([
      0,
      100,
      undefined,
      1,
    ])
  })
})

function entriesOf(backend: ReturnType<typeof newBackend>) {
  const files = new StateFiles()
  return entriesIn(files.complete(backend.takeSnapshot({checkpointId: 1, isIncremental: false})), files)
}

function entriesIn(handle: KeyedStateHandle, files: StateFiles) {
  return [...readStoredEntries(handle, {...OPTIONS, readFile: files.read}).values()]
}
