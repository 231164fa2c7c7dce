/**
 * What the shuffle costs, without the rest of the engine: two slots in two worker threads, the tasks driven as a slot drives them.
 *
 *   node tests/bench/shuffle.mjs [bytes|records|columns|latency|all] [--segment 32768] [--rows 1024] [--runs 5] [--seconds 1.5] [--json 1]
 *
 * bytes    blocks of text through one socket channel, against a bare socket pair that moves pieces of the same size
 * records  2 producers, 2 consumers, hashed by key: half of the 4-field objects cross the socket; columns: the same as columns
 * latency  one row at a time through an idle shuffle with buffer timeout 0, producer to consumer and back
 *
 * Figures are medians over runs; runs of different kinds are interleaved, because the machine's speed drifts.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import net from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads'

const TURN_BUDGET_MS = 0.3

async function main() {
  const {build} = await import('esbuild')
  const options = parse(process.argv.slice(2))
  const folder = mkdtempSync(join(tmpdir(), 'fts-bench-'))
  try {
    const bundle = join(folder, 'rooms.mjs')
    const root = fileURLToPath(new URL('../../', import.meta.url))
    await build({
      stdin: {
        contents: "export * from './src/shuffle/index.js'; export * from './src/metrics/index.js'",
        resolveDir: root,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: bundle,
      absWorkingDir: root,
      logLevel: 'error',
    })
    await measure({...options, folder, bundle})
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function parse(args) {
  const options = {
    kind: 'all',
    segment: 32768,
    rows: 1024,
    runs: 5,
    seconds: 1.5,
    batch: 1024,
    buffers: 2,
    floating: 64,
    max: 32,
    json: 0,
  }
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith('--')) options[args[i].slice(2)] = Number(args[++i])
    else options.kind = args[i]
  }
  return options
}

async function measure(options) {
  const kinds =
    options.kind === 'all'
      ? ['bare', 'bytes', 'records', 'columns', 'latency']
      : options.kind === 'bytes'
        ? ['bare', 'bytes']
        : [options.kind]
  const results = Object.fromEntries(kinds.map((kind) => [kind, []]))
  for (let run = 0; run < options.runs; run++) {
    for (const kind of kinds) results[kind].push(await runOnce(kind, {...options, run}))
  }
  if (options.json) {
    console.log(JSON.stringify(results))
    return
  }
  for (const kind of kinds) report(kind, results[kind], options)
  if (results.bare !== undefined && results.bytes !== undefined)
    console.log(
      `bytes / bare: ${(median(results.bytes.map((run) => run.gbPerSecond)) / median(results.bare.map((run) => run.gbPerSecond))).toFixed(2)}`,
    )
}

function report(kind, runs, options) {
  const line = Object.keys(runs[0]).map((name) => {
    const values = runs.map((run) => run[name])
    return `${name} ${median(values).toFixed(3)} (${Math.min(...values).toFixed(3)}..${Math.max(...values).toFixed(3)})`
  })
  console.log(`${kind.padEnd(8)} segment ${options.segment} rows ${options.rows}: ${line.join('  ')}`)
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

async function runOnce(kind, options) {
  const addresses = [0, 1].map((slot) => join(options.folder, `${options.run}${kind}${slot}.s`))
  const workers = [0, 1].map(
    (slot) => new Worker(fileURLToPath(import.meta.url), {workerData: {...options, kind, slot, addresses}}),
  )
  await Promise.all(workers.map((worker) => once(worker, 'ready')))
  const before = process.cpuUsage()
  for (const worker of workers) worker.postMessage('go')
  const answers = await Promise.all(workers.map((worker) => once(worker, 'result')))
  const {user, system} = process.cpuUsage(before)
  await Promise.all(workers.map((worker) => worker.terminate()))
  const results = answers.map(({result}) => result)
  return merge(kind, results, (user + system) / 1000)
}

/** Figures of one run; the processor time is that of both slots together. */
function merge(kind, results, cpuMs) {
  if (kind === 'latency') return results[1]
  if (kind === 'bare' || kind === 'bytes') {
    const {bytes, elapsedMs} = results[0]
    return {gbPerSecond: bytes / elapsedMs / 1e6, cpuMsPerGb: cpuMs / (bytes / 1e9)}
  }
  const rows = results[0].rows + results[1].rows
  const elapsedMs = Math.max(results[0].elapsedMs, results[1].elapsedMs)
  return {
    millionRowsPerSecond: rows / elapsedMs / 1e3,
    cpuNsPerRow: (cpuMs * 1e6) / rows,
    bytesPerRow: (results[0].bytes + results[1].bytes) / rows,
    transferNsPerRow: ((results[0].transferMs + results[1].transferMs) * 1e6) / rows,
  }
}

function once(worker, kind) {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    const listen = (message) => {
      if (message.kind !== kind) return
      worker.off('message', listen)
      resolve(message)
    }
    worker.on('message', listen)
  })
}

async function slotThread() {
  const bare = workerData.kind === 'bare'
  const play = bare ? await prepareBare() : await prepareShuffle()
  parentPort.once('message', async () => parentPort.postMessage({kind: 'result', result: await play()}))
  parentPort.postMessage({kind: 'ready'})
}

/** Pieces of a segment's size, eight a write, from slot 1 to slot 0. Different ones, as many as a partition has in use. */
async function prepareBare() {
  const {slot, addresses, segment, seconds} = workerData
  if (slot === 0) {
    let received = 0
    let first = 0
    let finish
    const finished = new Promise((resolve) => (finish = resolve))
    const buffer = Buffer.allocUnsafeSlow(256 * 1024)
    const server = net.createServer((socket) => socket.end())
    await new Promise((resolve) => server.listen(`${addresses[0]}x`, resolve))
    return async () => {
      const socket = net.connect({
        path: addresses[1],
        onread: {
          buffer,
          callback: (count) => {
            first ||= performance.now()
            received += count
            return true
          },
        },
      })
      socket.on('close', () => finish(performance.now()))
      const end = await finished
      return {bytes: received, elapsedMs: end - first}
    }
  }
  const pieces = Array.from({length: 64}, (_, i) => Buffer.alloc(segment, i))
  let at = 0
  let finish
  const finished = new Promise((resolve) => (finish = resolve))
  const server = net.createServer((socket) => {
    const end = performance.now() + seconds * 1000
    const write = () => {
      if (performance.now() > end) {
        socket.end(finish)
        return
      }
      socket.cork()
      for (let i = 0; i < 7; i++) socket.write(pieces[at++ & 63])
      socket.write(pieces[at++ & 63], write)
      socket.uncork()
    }
    write()
  })
  await new Promise((resolve) => server.listen(addresses[1], resolve))
  return async () => {
    await finished
    return {}
  }
}

async function prepareShuffle() {
  const rooms = await import(pathToFileURL(workerData.bundle).href)
  const {slot, addresses, segment, rows, buffers, floating, max} = workerData
  const pool = new rooms.NetworkBufferPool({totalBytes: 32 * 1024 * 1024, segmentSizeBytes: segment})
  const environment = rooms.createShuffleEnvironment({
    dataAddress: addresses[slot],
    transport: new rooms.UnixSocketTransport(),
    pool,
    buffersPerChannel: buffers,
    floatingBuffersPerGate: floating,
    maxBuffersPerChannel: max,
    partitionRequestTimeoutMs: 10_000,
    messageRowsMax: rows,
  })
  await environment.listen()
  const runner = new Runner(rooms, environment)
  return () => PLAYS[workerData.kind](runner)
}

/** Drives tasks as a slot does: in turns of a bounded time, woken by the shuffle. */
class Runner {
  runnable = new Set()
  scheduled = false

  constructor(rooms, environment) {
    this.rooms = rooms
    this.environment = environment
  }

  /** `step` answers true while it has more to do. */
  task(name, bufferTimeoutMs, step) {
    const task = {step: () => step(task)}
    task.metrics = new this.rooms.TaskMetrics()
    task.context = {
      taskName: name,
      metrics: task.metrics,
      bufferTimeoutMs,
      wake: () => this.schedule(task),
      fail: (error) => {
        throw error
      },
    }
    return task
  }

  schedule(task) {
    this.runnable.add(task)
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(this.turn)
  }

  turn = () => {
    this.scheduled = false
    const end = performance.now() + TURN_BUDGET_MS
    do {
      for (const task of [...this.runnable]) {
        this.runnable.delete(task)
        if (task.step()) this.runnable.add(task)
      }
    } while (this.runnable.size > 0 && performance.now() < end)
    if (this.runnable.size === 0 || this.scheduled) return
    this.scheduled = true
    setImmediate(this.turn)
  }

  partition(task, id, subpartitionCount, partitioner, functions) {
    return this.environment.createResultPartition(
      {partitionId: id, type: 'PIPELINED_BOUNDED', subpartitionCount, partitioner, maxParallelism: 128},
      task.context,
      functions,
    )
  }

  gate(task, channels) {
    return this.environment.createInputGate(
      {
        inputIndex: 0,
        channels: channels.map(({slot, id, subpartition}) => ({
          partitionId: id,
          subpartitionIndex: subpartition,
          producer: {taskManagerId: 'tm-1', slotIndex: slot, dataAddress: workerData.addresses[slot]},
        })),
      },
      task.context,
    )
  }

  /** A task that emits for some time; answers when it has finished. */
  produce(id, subpartitionCount, partitioner, functions, nextBatch) {
    return new Promise((resolve) => {
      let partition
      const end = performance.now() + workerData.seconds * 1000
      const task = this.task(`producer ${id}`, 10, () => {
        if (!partition.hasRoom()) return false
        if (performance.now() <= end) {
          partition.emit(nextBatch())
          return true
        }
        partition.finish()
        resolve(task)
        return false
      })
      partition = this.partition(task, id, subpartitionCount, partitioner, functions)
      this.schedule(task)
    })
  }

  /** A task that reads to the end; answers what it saw. */
  consume(channels, onBatch) {
    return new Promise((resolve) => {
      let gate
      let rows = 0
      let bytes = 0
      let first = 0
      const task = this.task('consumer', 10, () => {
        const element = gate.poll()
        if (element === undefined) return false
        if (element.kind === 'batch') {
          first ||= performance.now()
          rows += element.batch.rowCount
          bytes += element.byteLength
          onBatch?.(element.batch)
          return true
        }
        if (!gate.isFinished()) return true
        gate.release()
        resolve({rows, bytes, elapsedMs: performance.now() - first, transferMs: task.metrics.get('transferMs')})
        return false
      })
      gate = this.gate(task, channels)
      this.schedule(task)
    })
  }
}

const PLAYS = {
  bytes: playBytes,
  records: (runner) => playRecords(runner, 'objects'),
  columns: (runner) => playRecords(runner, 'columns'),
  latency: playLatency,
}

async function playBytes(runner) {
  const {slot, segment} = workerData
  if (slot === 1) {
    const bytes = Buffer.alloc(segment - 32, 10)
    await runner.produce('p', 1, {kind: 'forward'}, {}, () => ({kind: 'bytes', bytes, rowCount: 1024}))
    return {}
  }
  return runner.consume([{slot: 1, id: 'p', subpartition: 0}])
}

async function playRecords(runner, form) {
  const {slot} = workerData
  const batches = Array.from({length: 16}, (_, i) => (form === 'objects' ? objectBatch(i) : columnBatch(i)))
  let next = 0
  const partitioner = form === 'objects' ? {kind: 'hash'} : {kind: 'hash', keyColumn: 0}
  const produced = runner.produce(
    `p${slot}`,
    2,
    partitioner,
    {selectKey: (value) => value.key},
    () => batches[next++ & 15],
  )
  let sum = 0
  const seen = await runner.consume(
    [0, 1].map((producer) => ({slot: producer, id: `p${producer}`, subpartition: slot})),
    (batch) => {
      if (batch.kind !== 'objects') sum += batch.columns[1].values[0]
      else for (let i = 0; i < batch.rowCount; i++) sum += batch.values[i].price
    },
  )
  if (Number.isNaN(sum)) throw new Error('wrong rows')
  const {metrics} = await produced
  return {...seen, transferMs: seen.transferMs + metrics.get('transferMs')}
}

function objectBatch(seed) {
  const values = Array.from({length: workerData.batch}, (_, i) => ({
    key: `user-${(seed * 7919 + i * 104729) % 5000}`,
    price: i * 1.25 + seed,
    quantity: i % 100,
    place: `city${i % 50}`,
  }))
  return {kind: 'objects', rowCount: values.length, values}
}

function columnBatch(seed) {
  const {values, rowCount} = objectBatch(seed)
  const text = (name) => {
    const texts = values.map((value) => Buffer.from(value[name]))
    const offsets = new Int32Array(rowCount + 1)
    texts.forEach((bytes, i) => {
      offsets[i + 1] = offsets[i] + bytes.length
    })
    return {type: 'utf8', bytes: Buffer.concat(texts), offsets}
  }
  return {
    kind: 'columns',
    schema: {
      fields: [
        {name: 'key', type: 'utf8'},
        {name: 'price', type: 'f64'},
        {name: 'quantity', type: 'i32'},
        {name: 'place', type: 'utf8'},
      ],
    },
    rowCount,
    columns: [
      text('key'),
      {type: 'f64', values: Float64Array.from(values, (value) => value.price)},
      {type: 'i32', values: Int32Array.from(values, (value) => value.quantity)},
      text('place'),
    ],
  }
}

/** Slot 1 sends the time, slot 0 sends it back; half of the way there and back is one way. */
async function playLatency(runner) {
  const {slot} = workerData
  const row = (value) => ({kind: 'objects', rowCount: 1, values: [value]})
  let partition
  let gate
  const ways = []
  let finish
  const finished = new Promise((resolve) => (finish = resolve))
  const task = runner.task(`echo ${slot}`, 0, () => {
    const element = gate.poll()
    if (element?.kind !== 'batch') return element !== undefined
    const value = element.batch.values[0]
    if (slot === 0) {
      partition.emit(row(value))
      return true
    }
    ways.push((performance.now() - value.sentMs) / 2)
    if (ways.length < 2000) setTimeout(() => partition.emit(row({sentMs: performance.now()})), 0)
    else finish()
    return true
  })
  partition = runner.partition(task, `e${slot}`, 1, {kind: 'forward'}, {})
  gate = runner.gate(task, [{slot: 1 - slot, id: `e${1 - slot}`, subpartition: 0}])
  runner.schedule(task)
  if (slot === 0) return {}
  partition.emit(row({sentMs: performance.now()}))
  await finished
  const sorted = ways.slice(200).sort((a, b) => a - b)
  const at = (share) => sorted[Math.floor(sorted.length * share)]
  return {p50Ms: at(0.5), p99Ms: at(0.99), maxMs: sorted[sorted.length - 1]}
}

if (isMainThread) await main()
else await slotThread()
