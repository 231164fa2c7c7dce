import {loadRooms} from './load-rooms.mjs'

const RUNS = 5
const WORDS = Number(process.argv[2] ?? 2) * 1e6
const LINES_A_BATCH = 100
const api = await loadRooms('src/operators/functions/index.js', 'src/operators/records/index.js', 'src/state/index.js')
const lines = zipfLines()
console.log(`Node ${process.version}, ${WORDS / 1e6} M words`)

const toPairs = (line, out) => {
  for (const word of line.split(' ')) out.collect({word, count: 1})
}
const returnPairs = (line) => line.split(' ').map((word) => ({word, count: 1}))
const toTuples = (line, out) => {
  for (const word of line.split(' ')) out.collect([word, 1])
}
const sum = (keySelector, field, emit = 'updates') =>
  api.createRollingAggregate({keySelector, kind: 'sum', field, emit})
const byWord = (pair) => pair.word

const only = process.argv[3]
/** Made when first needed: two million objects that live make each collection of the runs before dearer. */
let pairs
const allPairs = () => (pairs ??= lines.flatMap((line) => line.split(' ').map((word) => ({word, count: 1}))))
report('flatMap (collector) → sum("count")', () =>
  run(lines, LINES_A_BATCH, new api.FlatMapOperator(toPairs), sum(byWord, 'count')),
)
report('flatMap (returns) → sum("count")', () =>
  run(lines, LINES_A_BATCH, new api.FlatMapOperator(returnPairs), sum(byWord, 'count')),
)
report('flatMap → keyBy(0) → sum(1), tuples', () =>
  run(lines, LINES_A_BATCH, new api.FlatMapOperator(toTuples), sum(0, 1)),
)
report('flatMap → sum, final (batch)', () =>
  run(lines, LINES_A_BATCH, new api.FlatMapOperator(toPairs), sum(byWord, 'count', 'final')),
)
report('flatMap alone', () => run(lines, LINES_A_BATCH, new api.FlatMapOperator(toPairs)))
report('plain loops over a Map', () => {
  const counts = new Map()
  let out = 0
  for (const line of lines)
    for (const word of line.split(' ')) {
      const pair = {word, count: (counts.get(word)?.count ?? 0) + 1}
      counts.set(word, pair)
      out++
    }
  return out
})
report('map alone', () =>
  run(allPairs(), 1000, new api.MapOperator((pair) => ({word: pair.word, count: pair.count + 1}))),
)
report('filter alone', () => run(allPairs(), 1000, new api.FilterOperator((pair) => pair.word.length > 3)))
report('sum alone', () => run(allPairs(), 1000, sum(byWord, 'count')))
report('reduce alone', () =>
  run(
    allPairs(),
    1000,
    new api.KeyedReduceOperator({
      keySelector: byWord,
      reduce: (a, b) => ({word: a.word, count: a.count + b.count}),
    }),
  ),
)
report('aggregate (count) alone', () =>
  run(
    allPairs(),
    1000,
    new api.KeyedAggregateOperator({
      keySelector: byWord,
      aggregate: {createAccumulator: () => 0, add: (_pair, count) => count + 1, getResult: (count) => count},
      toRecord: (word, count) => ({word, count}),
    }),
  ),
)
report('keyed process with state', () =>
  run(allPairs(), 1000, new api.KeyedProcessOperator(byWord, countingFunction())),
)
report('timestamps and watermarks', () =>
  run(
    allPairs(),
    1000,
    new api.TimestampsAndWatermarksOperator({
      strategy: api.WatermarkStrategy.forBoundedOutOfOrderness(1000).withTimestampAssigner((pair) => pair.count),
    }),
  ),
)
function countingFunction() {
  let count
  return {
    open(context) {
      count = context.getState(new api.ValueStateDescriptor('count', {defaultValue: 0}))
    },
    processElement(pair, _ctx, out) {
      const next = count.value() + 1
      count.update(next)
      out.collect({word: pair.word, count: next})
    },
  }
}

/** Pushes everything through a chain of operators; the number of records that came out. */
function run(records, batchRows, ...operators) {
  const sink = {rows: 0}
  let output = {
    emit: (batch) => {
      sink.rows += batch.rowCount
    },
    emitControl: () => {},
    hasRoom: () => true,
    reserveBytes: () => undefined,
  }
  for (const operator of [...operators].reverse()) {
    operator.open(contextOf(), output)
    output = chained(operator, output)
  }
  for (let from = 0; from < records.length; from += batchRows) {
    const values = records.slice(from, from + batchRows)
    output.emit({kind: 'objects', rowCount: values.length, values})
  }
  output.emitControl({kind: 'watermark', timestampMs: 2 ** 63})
  for (const operator of operators) {
    while (!operator.finish());
    operator.close()
  }
  return sink.rows
}

function chained(operator, next) {
  return {
    emit: (batch) => {
      operator.processBatch(batch, 0, 0)
      if (operator.drain?.() === false) throw new Error('no room')
    },
    emitControl: (element) => operator.processControl(element, 0, 0),
    hasRoom: () => next.hasRoom(),
    reserveBytes: () => undefined,
  }
}

function contextOf() {
  return {
    operatorName: 'bench',
    displayName: 'bench',
    subtaskIndex: 0,
    parallelism: 1,
    maxParallelism: 128,
    attempt: 0,
    metrics: {add() {}},
    nowMs: () => 0,
    processingTime: {now: () => 0, registerTimer: () => ({cancel() {}})},
    wake() {},
    fail(error) {
      throw error
    },
    report() {},
  }
}

function report(name, once) {
  if (only !== undefined && !name.startsWith(only)) return
  once()
  let best = Number.POSITIVE_INFINITY
  let rows = 0
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage()
    rows = once()
    const {user, system} = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1e6)
  }
  const rate = (WORDS / best / 1e6).toFixed(1)
  console.log(
    `${name.padEnd(40)} ${rate.padStart(6)} M words/s  ${((best / WORDS) * 1e9).toFixed(0).padStart(5)} ns/word  ${rows} rows`,
  )
}

/** Text lines of 10 words; each line is a string of its own, as out of a file. */
function zipfLines() {
  const vocabulary = Array.from({length: 100_000}, (_, rank) => `w${((rank * 2654435761) % 4294967296).toString(36)}`)
  const cumulative = new Float64Array(vocabulary.length)
  let total = 0
  for (let rank = 0; rank < vocabulary.length; rank++) cumulative[rank] = total += 1 / (rank + 1)
  let seed = 42
  const random = () => {
    seed = (seed * 1664525 + 1013904223) >>> 0
    return seed / 4294967296
  }
  const line = () => Array.from({length: 10}, () => vocabulary[find(cumulative, random() * total)]).join(' ')
  return Array.from({length: WORDS / 10}, () => Buffer.from(line()).toString('utf8'))
}

function find(cumulative, value) {
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
