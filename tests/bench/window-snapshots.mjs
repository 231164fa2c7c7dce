/*
 * What snapshots of windows cost the stream, one core: node --expose-gc tests/bench/window-snapshots.mjs [million keys] [million events] [integers | texts] [runs]
 *
 * One long window that sums a number by key, each key as likely as any other, in batches of 1024; with and without an incremental snapshot
 * after every so many events as pass in a second. Between two batches a piece is made. CPU time of this process, medians of three runs.
 */
import {loadRooms} from './load-rooms.mjs'

const KEYS = Number(process.argv[2] ?? 1) * 1e6
const EVENTS = Number(process.argv[3] ?? 8) * 1e6
const BATCH = 1024
const {createWindowOperator, TumblingEventTimeWindows} = await loadRooms('src/operators/index.js')
const computation = {
  kind: 'aggregate',
  aggregate: {createAccumulator: () => 0, add: ({n}, sum) => sum + n, getResult: (sum) => sum},
}
const kinds = {
  integers: Array.from({length: KEYS}, (_, i) => ({key: i, n: 1})),
  texts: Array.from({length: KEYS}, (_, i) => ({key: `key-${i}`, n: 1})),
}

for (const [kind, records] of Object.entries(kinds)) {
  if (!kind.includes(process.argv[4] ?? '')) continue
  const perSecond = Math.round(EVENTS / (run(records, {}).ms / 1000))
  const runs = {without: [], with: []}
  for (let round = 0; round < Number(process.argv[5] ?? 3); round++) {
    runs.without.push(run(records, {}))
    runs.with.push(run(records, {every: perSecond}))
  }
  const [without, with_] = [runs.without, runs.with].map((all) => median(all.map(({ms}) => ms)))
  const worst = (field) => Math.max(...runs.with.map((one) => one[field])).toFixed(2)
  const {snapshots, bytes, restoreMs} = runs.with[0]
  console.log(
    `${kind}: ${(EVENTS / without / 1000).toFixed(2)} M events/s without, ${((100 * without) / with_).toFixed(0)} % of it with ${snapshots} snapshots; ` +
      `at the barrier ${worst('barrierMs')} ms, a piece ${worst('pieceMs')} ms, a batch with ${worst('batchMs')}, without ${Math.max(...runs.without.map((one) => one.batchMs)).toFixed(2)} ms; ` +
      `the last ${(bytes / 1e6).toFixed(1)} MB, restored in ${restoreMs.toFixed(0)} ms`,
  )
}

function run(records, {every = Number.POSITIVE_INFINITY}) {
  const operator = open()
  for (let from = 0; from < KEYS; from += BATCH)
    operator.processBatch(
      batchOf(records, (i) => from + i),
      0,
      0,
    )
  const files = new Map()
  let handle
  if (every < EVENTS) handle = take(operator, 1, files, () => {}).finish()
  globalThis.gc?.()
  let snapshots = 1
  let writing
  const worst = {barrierMs: 0, pieceMs: 0, batchMs: 0}
  const timed = (field, work) => {
    const start = cpuMs()
    const result = work()
    worst[field] = Math.max(worst[field], cpuMs() - start)
    return result
  }
  let next = every
  const start = cpuMs()
  for (let event = 0; event < EVENTS; event += BATCH) {
    const batch = batchOf(records, (i) => random(event + i))
    timed('batchMs', () => operator.processBatch(batch, 0, 0))
    if (event >= next && writing === undefined) {
      next += every
      writing = timed('barrierMs', () => take(operator, ++snapshots, files))
    } else if (writing !== undefined && !timed('pieceMs', () => writing.step())) {
      handle = writing.finish()
      writing = undefined
    }
  }
  const ms = cpuMs() - start
  if (writing !== undefined) handle = writing.finish()
  const bytes = handle === undefined ? 0 : handle.files.at(-1).sizeBytes
  const restoreMs = handle === undefined ? 0 : restore(handle, files)
  operator.close()
  return {ms, ...worst, snapshots: snapshots - 1, bytes, restoreMs}
}

function take(operator, checkpointId, files) {
  const options = {type: 'checkpoint', alignment: 'aligned', directory: '/chk', sharedDirectory: '/shared'}
  const {keyed} = operator.snapshotState({checkpointId, timestampMs: 0, options})
  const pieces = []
  const step = () => {
    const {done, value} = keyed.pieces.next()
    if (!done) pieces.push(Uint8Array.from(value))
    return !done
  }
  const finish = () => {
    while (step());
    const bytes = Buffer.concat(pieces)
    const path = `/shared/${checkpointId}`
    files.set(path, bytes)
    const {keyGroupStart, keyGroupEndInclusive, format, previous} = keyed
    const handle = {
      keyGroupStart,
      keyGroupEndInclusive,
      format,
      files: [...previous, {path, sizeBytes: bytes.length, crc32: 0}],
    }
    keyed.written(handle)
    operator.checkpointCompleted(checkpointId)
    return handle
  }
  return {step, finish}
}

function restore(handle, files) {
  const start = cpuMs()
  const operator = open({
    restored: {operatorId: '0', keyed: [handle], lists: []},
    readStateFile: ({path}) => files.get(path),
  })
  const ms = cpuMs() - start
  operator.close()
  return ms
}

function open(restored = {}) {
  const operator = createWindowOperator({
    keySelector: (record) => record.key,
    assigner: TumblingEventTimeWindows.of('1h'),
    computation,
  })
  operator.open({...context(), ...restored}, {emit() {}, emitControl() {}, hasRoom: () => true})
  return operator
}

function batchOf(records, indexAt) {
  const values = new Array(BATCH)
  for (let row = 0; row < BATCH; row++) values[row] = records[indexAt(row) % KEYS]
  return {kind: 'objects', rowCount: BATCH, values, timestamps: new Float64Array(BATCH).fill(1_700_000_000_000)}
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

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

function cpuMs() {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}

function context() {
  return {
    operatorName: 'bench',
    operatorId: '0',
    jobId: '0',
    subtaskIndex: 0,
    parallelism: 1,
    maxParallelism: 128,
    attempt: 0,
    inputChannelCounts: [1],
    metrics: {add() {}, set() {}, get: () => 0},
    processingTime: {now: () => 0, registerTimer: () => ({cancel() {}})},
    nowMs: () => 0,
    checkpointMode: 'exactlyOnce',
    wake() {},
    fail(error) {
      throw error
    },
    report() {},
  }
}
