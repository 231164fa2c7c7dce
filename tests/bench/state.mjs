/*
 * Micro benchmark of keyed state and timers, one core: node --expose-gc tests/bench/state.mjs [runs]
 *
 * Printed are the best and the median of the runs in ns for each operation, and the bytes that the young generation grew by for
 * each operation, where nothing new is stored. Keys come in a random, fixed order. Each line stands for:
 *
 *   map            a bare Map<string, {n}> with the same keys, for comparison
 *   value …        setCurrentKey, value(), update() of a ValueState<number>
 *   window …       the same in the namespace of one of 3 windows
 *   register …     registerEventTimeTimer;   fire …   advanceWatermark past all of them
 */
import {loadRooms} from './load-rooms.mjs'

const runs = Number(process.argv[2] ?? 5)
const {
  HeapKeyedStateBackend,
  HeapTimerService,
  ValueStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  VOID_NAMESPACE,
  hashKey,
} = await loadRooms('src/state/index.js', 'src/types/index.js')
const STEPS = 2_000_000

const order = randomOrder(STEPS)
console.log(`Node ${process.version}, ${STEPS / 1e6} M operations, ${runs} runs`)

for (const keyCount of [1000, 100_000, 1_000_000]) {
  const keys = Array.from({length: keyCount}, (_, i) => `key-${i}`)
  const hashes = Int32Array.from(keys, hashKey)
  const picks = order.map((x) => x % keyCount)
  measure(`map, ${keyCount} string keys`, () => {
    const map = new Map(keys.map((key) => [key, {n: 0}]))
    return () => {
      for (let i = 0; i < STEPS; i++) map.get(keys[picks[i]]).n += 1
    }
  })
  measure(`value, ${keyCount} string keys, hash given`, () => {
    const {backend, count} = counting(keys)
    return () => {
      for (let i = 0; i < STEPS; i++) {
        backend.setCurrentKey(keys[picks[i]], hashes[picks[i]])
        count.update(count.value() + 1)
      }
    }
  })
  measure(`value, ${keyCount} string keys`, () => {
    const {backend, count} = counting(keys)
    return () => {
      for (let i = 0; i < STEPS; i++) {
        backend.setCurrentKey(keys[picks[i]])
        count.update(count.value() + 1)
      }
    }
  })
  measure(`value, ${keyCount} integer keys`, () => {
    const {backend, count} = counting(keys.map((_, i) => i))
    return () => {
      for (let i = 0; i < STEPS; i++) {
        backend.setCurrentKey(picks[i])
        count.update(count.value() + 1)
      }
    }
  })
}

const keys = Array.from({length: 100_000}, (_, i) => `key-${i}`)
const hashes = Int32Array.from(keys, hashKey)
const windows = [0, 1, 2].map((i) => ({start: 1.7e12 + i * 1e4, end: 1.7e12 + (i + 1) * 1e4}))

measure('value, 100000 string keys, ttl', () => {
  const {backend, count} = counting(keys, {ttl: '1h'})
  return () => {
    for (let i = 0; i < STEPS; i++) {
      const k = order[i] % 100_000
      backend.setCurrentKey(keys[k], hashes[k])
      count.update(count.value() + 1)
    }
  }
})
measure('value, 100000 pairs as keys', () => {
  const pairs = keys.map((key, i) => [key, i % 7])
  const {backend, count} = counting(pairs)
  return () => {
    for (let i = 0; i < STEPS; i++) {
      const k = order[i] % 100_000
      backend.setCurrentKey(pairs[k])
      count.update(count.value() + 1)
    }
  }
})
measure('map state put and get, 100000 keys, 4 fields', () => {
  const backend = newBackend()
  const fields = ['a', 'b', 'c', 'd']
  const state = backend.getState(VOID_NAMESPACE, new MapStateDescriptor('m'))
  const step = (i) => {
    const k = order[i] % 100_000
    backend.setCurrentKey(keys[k], hashes[k])
    state.put(fields[i & 3], (state.get(fields[i & 3]) ?? 0) + 1)
  }
  for (let i = 0; i < STEPS; i++) step(i)
  return () => {
    for (let i = 0; i < STEPS; i++) step(i)
  }
})
measure('window reduce, 100000 keys, 3 windows', () => {
  const backend = newBackend()
  const sum = backend.getState(windows[0], new ReducingStateDescriptor('sum', (a, b) => a + b))
  const step = (i) => {
    const k = order[i] % 100_000
    backend.setCurrentKey(keys[k], hashes[k])
    const {start, end} = windows[(order[i] >> 8) % 3]
    sum.setCurrentNamespace({start, end})
    sum.add(1)
  }
  for (let i = 0; i < STEPS; i++) step(i)
  return () => {
    for (let i = 0; i < STEPS; i++) step(i)
  }
})
measure('register again, 100000 keys, 3 windows', () => {
  const {backend, timers} = newTimers()
  const step = (i) => {
    const k = order[i] % 100_000
    backend.setCurrentKey(keys[k], hashes[k])
    const window = windows[(order[i] >> 8) % 3]
    timers.registerEventTimeTimer(window, window.end - 1)
  }
  for (let i = 0; i < STEPS; i++) step(i)
  return () => {
    for (let i = 0; i < STEPS; i++) step(i)
  }
})
for (const [label, timestampOf] of [
  ['200 timestamps', (i) => 1.7e12 + (order[i] % 200) * 1e4],
  ['2000000 timestamps', (i) => 1.7e12 + order[i]],
]) {
  let service
  measure(`register new, ${label}`, () => {
    const {backend, timers} = newTimers()
    service = timers
    return () => {
      for (let i = 0; i < STEPS; i++) {
        backend.setCurrentKey(i)
        timers.registerEventTimeTimer(VOID_NAMESPACE, timestampOf(i))
      }
    }
  })
  measure(`fire, ${label}`, () => {
    const {backend, timers} = newTimers()
    service = timers
    for (let i = 0; i < STEPS; i++) {
      backend.setCurrentKey(i)
      timers.registerEventTimeTimer(VOID_NAMESPACE, timestampOf(i))
    }
    return () => service.advanceWatermark(2e12)
  })
}

function counting(keys, options = {}) {
  const backend = newBackend()
  const count = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor('count', {defaultValue: 0, ...options}))
  for (const key of keys) {
    backend.setCurrentKey(key)
    count.update(0)
  }
  return {backend, count}
}

function newBackend() {
  const keyGroupRange = {keyGroupStart: 0, keyGroupEndInclusive: 127}
  return new HeapKeyedStateBackend({operatorName: 'bench', maxParallelism: 128, keyGroupRange, nowMs: () => 1.7e12})
}

function newTimers() {
  const backend = newBackend()
  let fired = 0
  const onTimer = () => void (fired += 1)
  const processingTime = {now: () => 0, registerTimer: () => ({cancel() {}})}
  const triggerable = {onEventTime: onTimer, onProcessingTime: onTimer}
  return {backend, timers: new HeapTimerService({key: backend, processingTime, triggerable})}
}

function measure(label, prepare) {
  const times = []
  let bytes = 0
  for (let run = 0; run < runs; run++) {
    const work = prepare()
    globalThis.gc?.()
    const heapBefore = process.memoryUsage().heapUsed
    const start = process.hrtime.bigint()
    work()
    times.push(Number(process.hrtime.bigint() - start) / STEPS)
    bytes = (process.memoryUsage().heapUsed - heapBefore) / STEPS
  }
  times.sort((a, b) => a - b)
  const [best, median] = [times[0], times[runs >> 1]].map((ns) => ns.toFixed(0).padStart(5))
  console.log(
    `${label.padEnd(46)} best ${best} ns  median ${median} ns  ${(1000 / times[0]).toFixed(1).padStart(5)} M/s  ${bytes.toFixed(1)} B`,
  )
}

/** xorshift32: the same order in every run. */
function randomOrder(count) {
  const values = new Int32Array(count)
  let x = 2463534242
  for (let i = 0; i < count; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    values[i] = x >>> 1
  }
  return values
}
