import {loadRooms} from './load-rooms.mjs'

const events = Number(process.argv[2] ?? 4) * 1e6
const part = process.argv[3] ?? ''
const KEY_COUNT = 100_000
const BATCH_ROWS = 1024
const EVENTS_PER_MS = 50
const OUT_OF_ORDER_MS = 5000
const START_MS = 1_700_000_000_000

const fts = await loadRooms('src/operators/index.js')
const {TumblingEventTimeWindows, SlidingEventTimeWindows, EventTimeSessionWindows} = fts
const keys = Array.from({length: KEY_COUNT}, (_, i) => `key-${i}`)
const records = Array.from({length: 1_000_000}, (_, i) => ({key: keys[random(i) % KEY_COUNT], value: i % 100}))

console.log(`Node ${process.version}, ${events / 1e6} M events, ${KEY_COUNT} keys`)
await windows('tumbling 10 s, count', {assigner: TumblingEventTimeWindows.of('10s'), computation: count()})
await windows('tumbling 10 s, sum of a field', {assigner: TumblingEventTimeWindows.of('10s'), computation: sum()})
await windows('tumbling 10 s, reduce', {assigner: TumblingEventTimeWindows.of('10s'), computation: reduce()})
await windows('tumbling 10 s, count, lateness 30 s', {
  assigner: TumblingEventTimeWindows.of('10s'),
  allowedLateness: '30s',
  computation: count(),
})
await windows('sliding 10 s by 5 s, count', {assigner: SlidingEventTimeWindows.of('10s', '5s'), computation: count()})
await windows('sliding 60 s by 10 s, count', {assigner: SlidingEventTimeWindows.of('60s', '10s'), computation: count()})
await windows('general: tumbling 10 s, count', {
  assigner: TumblingEventTimeWindows.of('10s'),
  trigger: fts.PurgingTrigger.of(fts.EventTimeTrigger.create()),
  computation: count(),
})
await windows('general: tumbling 10 s, process', {
  assigner: TumblingEventTimeWindows.of('10s'),
  computation: processAll(),
})
await windows('general: session, gap 1 s, count', {
  assigner: EventTimeSessionWindows.withGap('1s'),
  computation: count(),
})
await windows('general: countWindow(10), sum', {...fts.countWindow(10), computation: sum()})
await intervalJoin('interval join, -1 s to 1 s')

function count() {
  return {
    kind: 'aggregate',
    aggregate: fts.countAggregate,
    finish: {kind: 'toRecord', toRecord: (key, n) => ({key, n})},
  }
}

function sum() {
  return {kind: 'aggregate', aggregate: fts.sumAggregate('value')}
}

function reduce() {
  return {
    kind: 'reduce',
    reduce: (a, b) => {
      a.value += b.value
      return a
    },
  }
}

function processAll() {
  return {
    kind: 'elements',
    finish: {kind: 'process', process: (key, _ctx, elements, out) => out.collect({key, n: elements.length})},
  }
}

async function windows(label, options) {
  if (!label.includes(part)) return
  await run(label, () => fts.createWindowOperator({keySelector: (record) => record.key, ...options}), 1)
}

async function intervalJoin(label) {
  if (!label.includes(part)) return
  const keySelector = (record) => record.key
  const process = (left, right, _ctx, out) => out.collect([left, right])
  const options = {
    leftKeySelector: keySelector,
    rightKeySelector: keySelector,
    lowerBound: '-1s',
    upperBound: '1s',
    process,
  }
  await run(label, () => new fts.IntervalJoinOperator(options), 2)
}

async function run(label, create, inputCount) {
  const operator = create()
  let results = 0
  operator.open(context(inputCount), {
    emit: (batch) => {
      results += batch.rowCount
    },
    emitControl() {},
    hasRoom: () => true,
  })
  let elapsedMs = 0
  let index = 0
  let nextWatermarkMs = START_MS
  const feed = (until) => {
    for (; index < until; index += BATCH_ROWS) {
      const batch = batchAt(index)
      const input = inputCount === 1 ? 0 : (index / BATCH_ROWS) & 1
      const watermarkMs = START_MS + index / EVENTS_PER_MS - OUT_OF_ORDER_MS - 1
      const start = cpuMs()
      operator.processBatch(batch, input, 0)
      if (watermarkMs >= nextWatermarkMs) {
        for (let i = 0; i < inputCount; i++)
          operator.processControl({kind: 'watermark', timestampMs: watermarkMs}, i, 0)
        nextWatermarkMs = watermarkMs + 200
      }
      elapsedMs += cpuMs() - start
    }
  }
  feed(events / 2)
  globalThis.gc?.()
  const heapMb = process.memoryUsage().heapUsed / 1e6
  feed(events)
  const start = cpuMs()
  for (let i = 0; i < inputCount; i++) operator.processControl({kind: 'watermark', timestampMs: 2 ** 63}, i, 0)
  operator.finish()
  elapsedMs += cpuMs() - start
  operator.close()
  const bytes = inputCount === 1 ? allocatedPerEvent(create()) : undefined
  const rate = (events / elapsedMs / 1000).toFixed(2).padStart(6)
  console.log(
    `${label.padEnd(38)} ${rate} M events/s CPU  ${String(results).padStart(9)} results  heap ${heapMb.toFixed(0).padStart(5)} MB` +
      (bytes === undefined ? '' : `  ${bytes.toFixed(1).padStart(6)} B/event`),
  )
}

/** Heap growth per event of keys that are in the window already. */
function allocatedPerEvent(operator) {
  operator.open(context(1), {emit() {}, emitControl() {}, hasRoom: () => true})
  const rows = 300_000
  const same = Array.from({length: Math.ceil(rows / BATCH_ROWS)}, (_, i) => {
    const values = Array.from({length: BATCH_ROWS}, (_, row) => records[(i * BATCH_ROWS + row) % 3000])
    return {
      kind: 'objects',
      rowCount: BATCH_ROWS,
      values,
      timestamps: new Float64Array(BATCH_ROWS).fill(START_MS + 61_000),
    }
  })
  for (const batch of same) operator.processBatch(batch, 0, 0)
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (const batch of same) operator.processBatch(batch, 0, 0)
  return (process.memoryUsage().heapUsed - before) / (same.length * BATCH_ROWS)
}

/** CPU time of the process, so that a busy machine does not count; what V8 does on other threads (collections) is in it. */
function cpuMs() {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}

function batchAt(index) {
  const values = new Array(BATCH_ROWS)
  const timestamps = new Float64Array(BATCH_ROWS)
  for (let row = 0; row < BATCH_ROWS; row++) {
    const r = random(index + row)
    values[row] = records[r % records.length]
    timestamps[row] = START_MS + Math.floor((index + row) / EVENTS_PER_MS) - ((r >>> 8) % OUT_OF_ORDER_MS)
  }
  return {kind: 'objects', rowCount: BATCH_ROWS, values, timestamps}
}

/** A number below 2^31 that looks random. */
function random(i) {
  let x = Math.imul(i + 1, 0x9e3779b1)
  x ^= x >>> 15
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 1
}

function context(inputCount) {
  return {
    operatorName: 'bench',
    operatorId: '0',
    jobId: '0',
    subtaskIndex: 0,
    parallelism: 1,
    maxParallelism: 128,
    attempt: 0,
    inputChannelCounts: new Array(inputCount).fill(1),
    metrics: {add() {}, set() {}, get: () => 0},
    processingTime: {now: () => 0, registerTimer: () => ({cancel() {}})},
    nowMs: () => 0,
    wake() {},
    fail(error) {
      throw error
    },
    report() {},
  }
}
