/**
 * Goal: timers fire when, in which order and as often as Flink's do, and an operator can pause between two of them.
 * Method: the timer service of one operator with a clock moved by hand; what fires is written down. Rules: InternalTimerServiceImpl.
 */
import {describe, expect, it} from 'vitest'
import {MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../../../src/core/index.js'
import {HeapTimerService, type InternalTimer, type Triggerable, VOID_NAMESPACE} from '../../../src/state/index.js'
import {BACKENDS, newBackend as backendOf} from '../../support/keyed-state.js'
import {ManualProcessingTime} from '../../support/manual-processing-time.js'

type Callback = (timer: InternalTimer) => void

describe.each(BACKENDS)('%s', (kind) => {
  const newBackend = (options: Parameters<typeof backendOf>[0] = {}) => backendOf(options, kind)

  function newTimers(startMs = 0, onProcessingTimersDue?: () => void) {
    const backend = newBackend()
    const time = new ManualProcessingTime(startMs)
    const fired: string[] = []
    const callbacks = {onEventTime: (() => {}) as Callback, onProcessingTime: (() => {}) as Callback}
    const note = (kind: 'onEventTime' | 'onProcessingTime') => (timer: InternalTimer) => {
      expect(backend.currentKey).toEqual(timer.key)
      expect(backend.currentKeyGroup).toBe(timer.keyGroup)
      fired.push(`${String(timer.key)}@${timer.timestampMs}`)
      callbacks[kind](timer)
    }
    const triggerable: Triggerable = {
      onEventTime: note('onEventTime'),
      onProcessingTime: note('onProcessingTime'),
      ...(onProcessingTimersDue === undefined ? {} : {onProcessingTimersDue}),
    }
    const timers = new HeapTimerService({key: backend, processingTime: time, triggerable})
    const forKey = (key: unknown) => {
      backend.setCurrentKey(key)
      return timers
    }
    const takeFired = () => fired.splice(0)
    return {backend, time, timers, forKey, callbacks, takeFired}
  }

  describe('event-time timers', () => {
    it('fire up to the watermark, by timestamp, ties in the order of their keys', () => {
      const {forKey, timers, takeFired} = newTimers()
      for (const [key, ts] of [
        ['a', 30],
        ['b', 10],
        ['c', 20],
        ['d', 10],
        ['e', 21],
        ['b', 20],
      ] as const)
        forKey(key).registerEventTimeTimer(VOID_NAMESPACE, ts)
      expect(timers.eventTimerCount).toBe(6)
      timers.advanceWatermark(20)
      expect(takeFired()).toEqual(['b@10', 'd@10', 'c@20', 'b@20'])
      timers.advanceWatermark(20)
      expect(takeFired()).toEqual([])
      timers.advanceWatermark(MAX_TIMESTAMP_MS)
      expect(takeFired()).toEqual(['e@21', 'a@30'])
      expect(timers.eventTimerCount).toBe(0)
    })

    it('are one per key, namespace and timestamp', () => {
      const {forKey, timers, takeFired} = newTimers()
      const register = (key: string, start: number) => forKey(key).registerEventTimeTimer({start, end: 10}, 9)
      for (let i = 0; i < 3; i++) {
        register('a', 0)
        register('a', 5)
        register('b', 0)
      }
      expect(timers.eventTimerCount).toBe(3)
      timers.advanceWatermark(9)
      expect(takeFired()).toEqual(['a@9', 'a@9', 'b@9'])
    })

    it('can be deleted with their exact timestamp and namespace, by their key', () => {
      const {forKey, timers, takeFired} = newTimers()
      const window = {start: 0, end: 6}
      for (const key of ['a', 'b', 'c']) {
        forKey(key).registerEventTimeTimer(window, 5)
        timers.registerEventTimeTimer(VOID_NAMESPACE, 5)
      }
      forKey('a').deleteEventTimeTimer({start: 0, end: 6}, 5)
      forKey('b').deleteEventTimeTimer(window, 4)
      timers.deleteEventTimeTimer({start: 1, end: 6}, 5)
      timers.deleteEventTimeTimer(VOID_NAMESPACE, 5)
      timers.deleteEventTimeTimer(VOID_NAMESPACE, 5)
      forKey('x').deleteEventTimeTimer(window, 5)
      expect(timers.eventTimerCount).toBe(4)
      timers.advanceWatermark(5)
      expect(takeFired()).toEqual(['a@5', 'b@5', 'c@5', 'c@5'])
    })

    it('see the new watermark, and what they register up to it fires in the same advance', () => {
      const {forKey, timers, callbacks, takeFired} = newTimers()
      expect(timers.currentWatermark()).toBe(MIN_TIMESTAMP_MS)
      callbacks.onEventTime = ({timestampMs}) => {
        expect(timers.currentWatermark()).toBe(100)
        if (timestampMs === 10) {
          timers.registerEventTimeTimer(VOID_NAMESPACE, 60)
          timers.registerEventTimeTimer(VOID_NAMESPACE, 5)
          timers.registerEventTimeTimer(VOID_NAMESPACE, 100)
          timers.registerEventTimeTimer(VOID_NAMESPACE, 101)
        }
      }
      forKey('a').registerEventTimeTimer(VOID_NAMESPACE, 10)
      forKey('b').registerEventTimeTimer(VOID_NAMESPACE, 50)
      timers.advanceWatermark(100)
      expect(takeFired()).toEqual(['a@10', 'a@5', 'b@50', 'a@60', 'a@100'])
      expect(timers.eventTimerCount).toBe(1)
    })

    it('at or below the watermark wait for the next advance, if not registered in a callback', () => {
      const {forKey, timers, takeFired} = newTimers()
      timers.advanceWatermark(100)
      forKey('a').registerEventTimeTimer(VOID_NAMESPACE, 50)
      expect(timers.fireNextEventTimer()).toBe(false)
      expect(takeFired()).toEqual([])
      timers.advanceWatermark(101)
      expect(takeFired()).toEqual(['a@50'])
    })

    it('can be deleted and registered again by callbacks of the same timestamp', () => {
      const {forKey, timers, callbacks, takeFired} = newTimers()
      for (const key of ['a', 'b', 'c', 'd']) forKey(key).registerEventTimeTimer(VOID_NAMESPACE, 10)
      let again = true
      callbacks.onEventTime = ({key}) => {
        if (key !== 'a' || !again) return
        again = false
        forKey('b').deleteEventTimeTimer(VOID_NAMESPACE, 10)
        forKey('a').registerEventTimeTimer(VOID_NAMESPACE, 10)
        forKey('c').registerEventTimeTimer({start: 0, end: 11}, 10)
      }
      timers.advanceWatermark(10)
      expect(takeFired()).toEqual(['a@10', 'c@10', 'c@10', 'd@10', 'a@10'])
    })

    it('fire one at a time for an operator that has to wait for room', () => {
      const {forKey, timers, takeFired} = newTimers()
      for (let key = 0; key < 5; key++) forKey(key).registerEventTimeTimer(VOID_NAMESPACE, key)
      timers.setWatermark(3)
      expect(timers.fireNextEventTimer()).toBe(true)
      expect(timers.fireNextEventTimer()).toBe(true)
      expect(takeFired()).toEqual(['0@0', '1@1'])
      expect(timers.currentWatermark()).toBe(3)
      expect(timers.fireNextEventTimer()).toBe(true)
      expect(timers.fireNextEventTimer()).toBe(true)
      expect(timers.fireNextEventTimer()).toBe(false)
      expect(takeFired()).toEqual(['2@2', '3@3'])
    })

    it('work for keys that are compared by content', () => {
      const {forKey, timers, takeFired} = newTimers()
      for (let i = 0; i < 3; i++) forKey(['a', 1]).registerEventTimeTimer(VOID_NAMESPACE, 10)
      forKey(null).registerEventTimeTimer(VOID_NAMESPACE, 10)
      timers.advanceWatermark(10)
      expect(takeFired()).toEqual(['a,1@10', 'null@10'])
    })

    it('leave nothing behind when they are deleted for ever', () => {
      const {forKey, timers, takeFired} = newTimers()
      forKey('a')
      for (let ts = 0; ts < 20_000; ts++) {
        timers.registerEventTimeTimer(VOID_NAMESPACE, 1e9 + ts)
        if (ts > 0) timers.deleteEventTimeTimer(VOID_NAMESPACE, 1e9 + ts - 1)
      }
      expect(timers.eventTimerCount).toBe(1)
      timers.advanceWatermark(MAX_TIMESTAMP_MS)
      expect(takeFired()).toEqual([`a@${1e9 + 19_999}`])
    })

    it('can all be visited, with their key groups', () => {
      const {backend, forKey, timers} = newTimers()
      const expected: string[] = []
      for (let i = 0; i < 100; i++) {
        forKey(i % 10).registerEventTimeTimer({start: i, end: 100}, 99 + (i % 3))
        expected.push(`${i % 10} ${backend.currentKeyGroup} ${i} ${99 + (i % 3)}`)
      }
      const visited: string[] = []
      timers.forEachEventTimer(({key, keyGroup, namespace, timestampMs}) =>
        visited.push(`${key} ${keyGroup} ${(namespace as {start: number}).start} ${timestampMs}`),
      )
      expect(visited.sort()).toEqual(expected.sort())
    })

    it('need a number and a key', () => {
      const {forKey, timers} = newTimers()
      expect(() => timers.registerEventTimeTimer(VOID_NAMESPACE, 1)).toThrow(
        expect.objectContaining({kind: 'user', code: 'FTS_NO_CURRENT_KEY'}),
      )
      for (const bad of [Number.NaN, undefined, '12'])
        expect(() => forKey('a').registerEventTimeTimer(VOID_NAMESPACE, bad as number)).toThrow(
          expect.objectContaining({kind: 'user', code: 'FTS_BAD_TIMER'}),
        )
    })
  })

  describe('processing-time timers', () => {
    it('set one alarm, for the earliest', () => {
      const {time, forKey, timers, takeFired} = newTimers(1000)
      forKey('a').registerProcessingTimeTimer(VOID_NAMESPACE, 1500)
      expect(time.alarmsAtMs).toEqual([1500])
      forKey('b').registerProcessingTimeTimer(VOID_NAMESPACE, 1200)
      forKey('c').registerProcessingTimeTimer(VOID_NAMESPACE, 1300)
      expect(time.alarmsAtMs).toEqual([1200])
      time.moveTo(1199)
      expect(takeFired()).toEqual([])
      time.moveTo(1200)
      expect(takeFired()).toEqual(['b@1200'])
      expect(time.alarmsAtMs).toEqual([1300])
      time.moveTo(2000)
      expect(takeFired()).toEqual(['c@1300', 'a@1500'])
      expect(time.alarmsAtMs).toEqual([])
      expect(timers.processingTimerCount).toBe(0)
    })

    it('that have passed fire with the next alarm, not from within the registration', () => {
      const {time, forKey, takeFired} = newTimers(1000)
      forKey('a').registerProcessingTimeTimer(VOID_NAMESPACE, 10)
      expect(takeFired()).toEqual([])
      time.moveTo(1000)
      expect(takeFired()).toEqual(['a@10'])
    })

    it('are one per key, namespace and timestamp, and can be deleted', () => {
      const {time, forKey, timers, takeFired} = newTimers()
      for (let i = 0; i < 3; i++) forKey('a').registerProcessingTimeTimer(VOID_NAMESPACE, 10)
      forKey('b').registerProcessingTimeTimer(VOID_NAMESPACE, 10)
      timers.deleteProcessingTimeTimer(VOID_NAMESPACE, 10)
      expect(timers.processingTimerCount).toBe(1)
      forKey('a').deleteProcessingTimeTimer(VOID_NAMESPACE, 10)
      forKey('c').registerProcessingTimeTimer(VOID_NAMESPACE, 20)
      time.moveTo(15)
      expect(takeFired()).toEqual([])
      expect(time.alarmsAtMs).toEqual([20])
    })

    it('that callbacks register set the alarm once, when all have fired', () => {
      const {time, forKey, timers, callbacks, takeFired} = newTimers()
      callbacks.onProcessingTime = ({timestampMs}) =>
        timers.registerProcessingTimeTimer(VOID_NAMESPACE, timestampMs + 100)
      for (let key = 0; key < 50; key++) forKey(key).registerProcessingTimeTimer(VOID_NAMESPACE, 100 - key)
      const before = time.registeredCount
      time.moveTo(100)
      expect(takeFired()).toHaveLength(50)
      expect(time.registeredCount).toBe(before + 1)
      expect(time.alarmsAtMs).toEqual([151])
    })

    it('catch up in order when the clock leaps', () => {
      const {time, forKey, timers, callbacks, takeFired} = newTimers()
      callbacks.onProcessingTime = ({timestampMs}) => {
        if (timestampMs < 50) timers.registerProcessingTimeTimer(VOID_NAMESPACE, timestampMs + 10)
      }
      forKey('a').registerProcessingTimeTimer(VOID_NAMESPACE, 10)
      forKey('b').registerProcessingTimeTimer(VOID_NAMESPACE, 25)
      time.moveTo(1000)
      expect(takeFired()).toEqual(['a@10', 'a@20', 'b@25', 'a@30', 'b@35', 'a@40', 'b@45', 'a@50', 'b@55'])
    })

    it('wait for an operator that fires them itself', () => {
      let due = 0
      const {time, forKey, timers, takeFired} = newTimers(0, () => {
        due += 1
      })
      forKey('a').registerProcessingTimeTimer(VOID_NAMESPACE, 10)
      forKey('b').registerProcessingTimeTimer(VOID_NAMESPACE, 20)
      forKey('c').registerProcessingTimeTimer(VOID_NAMESPACE, 30)
      expect(timers.fireNextProcessingTimer()).toBe(false)
      time.moveTo(20)
      expect([due, takeFired()]).toEqual([1, []])
      expect(timers.fireNextProcessingTimer()).toBe(true)
      expect(takeFired()).toEqual(['a@10'])
      time.moveTo(30)
      forKey('d').registerProcessingTimeTimer(VOID_NAMESPACE, 15)
      expect(timers.fireNextProcessingTimer()).toBe(true)
      expect(timers.fireNextProcessingTimer()).toBe(true)
      expect(timers.fireNextProcessingTimer()).toBe(false)
      expect(takeFired()).toEqual(['d@15', 'b@20'])
      time.moveTo(30)
      expect(due).toBe(2)
      expect(timers.fireNextProcessingTimer()).toBe(true)
      expect(takeFired()).toEqual(['c@30'])
    })

    it('are silent after close', () => {
      const {time, forKey, timers, takeFired} = newTimers()
      forKey('a').registerProcessingTimeTimer(VOID_NAMESPACE, 10)
      timers.close()
      time.moveTo(100)
      expect(takeFired()).toEqual([])
    })
  })
})
