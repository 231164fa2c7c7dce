/*
 * What snapshots cost the stream, one core: node --expose-gc tests/bench/snapshots.mjs [million keys] [seconds] [runs]
 *
 * A keyed count (`value()`, `update()`) over a million string keys, in batches of 1000, with and without an incremental snapshot every
 * second. Between two batches one piece of the snapshot is made and handed to the file system, as a task does. Printed are records
 * a second, the longest stop, and the size of files; all times are CPU time of this process, also the second between two snapshots.
 *
 *   uniform   every key as often as any other: nearly all of them change within a second
 *   zipf      exponent 1, as words do
 */
import {closeSync, openSync, write} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadRooms} from './load-rooms.mjs'

const KEYS = Number(process.argv[2] ?? 1) * 1e6
const SECONDS = Number(process.argv[3] ?? 6)
const RUNS = Number(process.argv[4] ?? 3)
const BATCH = 1000
const folder = await mkdtemp(join(tmpdir(), 'fts-bench-'))
const {HeapKeyedStateBackend, ValueStateDescriptor, VOID_NAMESPACE} = await loadRooms(
  'src/state/index.js',
  'src/types/index.js',
)
const keys = Array.from({length: KEYS}, (_, i) => `key-${i}`)
console.log(`Node ${process.version}, ${KEYS / 1e6} M keys, ${SECONDS} s a run, ${RUNS} runs`)

/** Appends to a file behind the stream's back, one write at a time. */
class Writer {
  constructor(snapshot, path) {
    this.snapshot = snapshot
    this.path = path
    this.fd = openSync(path, 'w')
    this.bytes = 0
    this.isBusy = false
  }

  advance() {
    if (this.isBusy) return true
    const {done, value} = this.snapshot.pieces.next()
    if (done) return false
    if (value.length === 0) return true
    this.bytes += value.length
    this.isBusy = true
    write(this.fd, Uint8Array.from(value), () => {
      this.isBusy = false
    })
    return true
  }

  finish() {
    closeSync(this.fd)
    const file = {path: this.path, sizeBytes: this.bytes, crc32: 0}
    const {previous, format} = this.snapshot
    this.snapshot.written({keyGroupStart: 0, keyGroupEndInclusive: 127, format, files: [...previous, file]})
  }
}

for (const [label, pick] of [
  ['uniform', uniform()],
  ['zipf', zipf()],
]) {
  const rates = {with: [], without: []}
  let stops = {sync: 0, piece: 0}
  for (let run = 0; run < RUNS; run++)
    for (const kind of ['without', 'with']) {
      const result = await stream(pick, kind === 'with')
      rates[kind].push(result.rate)
      if (kind === 'with')
        stops = {
          sync: Math.max(stops.sync, result.syncMs),
          piece: Math.max(stops.piece, result.pieceMs),
          ...result.sizes,
        }
    }
  const [without, with_] = [median(rates.without), median(rates.with)]
  console.log(
    `${label.padEnd(8)} without ${(without / 1e6).toFixed(2)} M/s  with ${(with_ / 1e6).toFixed(2)} M/s  ${((100 * with_) / without).toFixed(0)} %  ` +
      `longest stop: taking ${stops.sync.toFixed(2)} ms, piece ${stops.piece.toFixed(2)} ms (p99.9 ${stops.p999.toFixed(2)} ms, ${stops.pieces} pieces)`,
  )
}
if (process.argv[5] === undefined) await sizes()
await rm(folder, {recursive: true})

async function stream(pick, isSnapshotting) {
  const {backend, count} = filled()
  globalThis.gc?.()
  let records = 0
  let checkpointId = 0
  let writer
  const pieceMs = []
  let syncMs = 0
  if (isSnapshotting) {
    const base = new Writer(
      backend.takeSnapshot({checkpointId: ++checkpointId, isIncremental: true}),
      join(folder, 'base'),
    )
    while (base.advance()) await new Promise((resolve) => setImmediate(resolve))
    base.finish()
    backend.checkpointCompleted(checkpointId)
    globalThis.gc?.()
  }
  const startMs = cpuMs()
  let nextMs = startMs + 500
  while (cpuMs() - startMs < SECONDS * 1000) {
    for (let turn = 0; turn < 4; turn++) {
      for (let i = 0; i < BATCH; i++) {
        backend.setCurrentKey(keys[pick(records++)])
        count.update(count.value() + 1)
      }
      const nowMs = cpuMs()
      if (isSnapshotting && writer === undefined && nowMs >= nextMs) {
        nextMs += 1000
        const snapshot = backend.takeSnapshot({checkpointId: ++checkpointId, isIncremental: true})
        syncMs = Math.max(syncMs, cpuMs() - nowMs)
        writer = new Writer(snapshot, join(folder, `chk-${checkpointId}`))
      } else if (writer !== undefined) {
        const more = writer.advance()
        pieceMs.push(cpuMs() - nowMs)
        if (more) continue
        writer.finish()
        backend.checkpointCompleted(checkpointId)
        writer = undefined
      }
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  const tookMs = cpuMs() - startMs
  pieceMs.sort((a, b) => a - b)
  return {
    rate: (records / tookMs) * 1000,
    syncMs,
    pieceMs: pieceMs.at(-1) ?? 0,
    sizes: {p999: pieceMs[Math.floor(pieceMs.length * 0.999)] ?? 0, pieces: pieceMs.length},
  }
}

/** Bytes of a full snapshot and of one after 1 % of the keys were touched; time of a restore. */
async function sizes() {
  const {backend, count} = filled()
  const files = new Map()
  const take = (checkpointId) => {
    const snapshot = backend.takeSnapshot({checkpointId, isIncremental: true})
    const pieces = []
    for (let next = snapshot.pieces.next(); !next.done; next = snapshot.pieces.next())
      pieces.push(Uint8Array.from(next.value))
    const bytes = Buffer.concat(pieces)
    const file = {path: `chk-${checkpointId}`, sizeBytes: bytes.length, crc32: 0}
    files.set(file.path, bytes)
    const handle = {
      keyGroupStart: 0,
      keyGroupEndInclusive: 127,
      format: snapshot.format,
      files: [...snapshot.previous, file],
    }
    snapshot.written(handle)
    backend.checkpointCompleted(checkpointId)
    return {handle, bytes: bytes.length}
  }
  const beginMs = cpuMs()
  const full = take(1)
  const fullMs = cpuMs() - beginMs
  for (let i = 0; i < KEYS / 100; i++) {
    backend.setCurrentKey(keys[(i * 7919) % KEYS])
    count.update(count.value() + 1)
  }
  const run = take(2)
  const restored = newBackend()
  const restoreMs = cpuMs()
  restored.restore({handles: [run.handle], readFile: ({path}) => files.get(path)})
  const tookMs = cpuMs() - restoreMs
  console.log(
    `full ${(full.bytes / 1e6).toFixed(1)} MB in ${fullMs.toFixed(0)} ms; 1 % touched ${(run.bytes / 1e6).toFixed(2)} MB, ` +
      `${((100 * run.bytes) / full.bytes).toFixed(2)} %; restore of ${restored.entryCount} entries ${tookMs.toFixed(0)} ms`,
  )
}

function filled() {
  const backend = newBackend()
  const count = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor('count', {defaultValue: 0}))
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

/** xorshift32 over a table: the same order in every run. */
function uniform() {
  const order = new Int32Array(1 << 22)
  let x = 2463534242
  for (let i = 0; i < order.length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    order[i] = (x >>> 1) % KEYS
  }
  return (i) => order[i & (order.length - 1)]
}

function zipf() {
  const random = uniform()
  const order = new Int32Array(1 << 22)
  for (let i = 0; i < order.length; i++) order[i] = Math.floor(KEYS ** (random(i) / KEYS)) - 1
  return (i) => order[i & (order.length - 1)]
}

/** CPU time of this process, with its collector: what else the machine does is not in it. */
function cpuMs() {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
