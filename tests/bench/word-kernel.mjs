/*
 * Micro benchmark of the word kernels, one core: node tests/bench/word-kernel.mjs [megabytes] [typescript]
 *
 * Deterministic Zipf text (exponent 1, 300 000 words) is counted, read in order, formatted, tokenized and counted
 * word by word. Printed are CPU seconds of this process, all threads: the first run, which also compiles and grows, the best
 * of five, and the best in ns for each word or row.
 */
import {loadRooms} from './load-rooms.mjs'

const RUNS = 5
const megabytes = Number(process.argv[2] ?? 100)
const preferred = process.argv[3] ?? 'wasm'

const {createWordKernel} = await loadRooms('src/columns/index.js')
const kernel = createWordKernel({preferred})
const text = zipfText(megabytes * 1e6)
console.log(`${kernel.name}, Node ${process.version}, ${megabytes} MB of Zipf text`)

const table = kernel.newTable(1 << 30)
const words = measure('countText', () => {
  table.clear()
  countAll(table, text)
  return table.stats().words
})
console.log(`  ${words} words, ${table.size} distinct, ${table.memoryBytes} bytes`)

for (const order of ['word', 'count']) {
  measure(`startReading('${order}')`, () => {
    table.clear()
    countAll(table, text)
    const before = process.cpuUsage()
    table.startReading(order)
    return {units: table.size, cpuUs: usSince(before)}
  })
}
for (const format of [undefined, 'tsv', 'csv', 'json']) {
  measure(`readRows + ${format ?? 'nothing'}`, () => {
    table.startReading('none')
    for (let batch = table.readRows(2048); batch !== undefined; batch = table.readRows(2048)) {
      if (format !== undefined) kernel.formatRows(batch, format)
    }
    return table.size
  })
}
table.free()

const tokenizer = kernel.newTokenizer()
measure('tokenize', () => {
  let count = 0
  eachBlock(text, (block) => {
    tokenizer.start(block)
    for (let batch = tokenizer.next(2048); batch !== undefined; batch = tokenizer.next(2048)) count += batch.rowCount
  })
  return count
})
const ones = new Float64Array(2048).fill(1)
const running = new Float64Array(2048)
measure('tokenize + addRows, running', () => {
  const counts = kernel.newTable(1 << 30)
  eachBlock(text, (block) => {
    tokenizer.start(block)
    for (let batch = tokenizer.next(2048); batch !== undefined; batch = tokenizer.next(2048)) {
      counts.addRows(batch.columns[0], ones, batch.rowCount, 0, running)
    }
  })
  const count = counts.stats().words
  counts.free()
  return count
})
measure('newTable', () => {
  for (let i = 0; i < 100; i++) kernel.newTable(1 << 20).free()
  return 100
})

function countAll(target, bytes) {
  eachBlock(bytes, (block) => {
    const done = target.countText(block, 0)
    if (done !== block.length) throw new Error('the table is full')
  })
}

/** The text in blocks of about 256 KB that end at white space, as a source hands them on. */
function eachBlock(bytes, use) {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 262144 >= bytes.length ? bytes.length : bytes.lastIndexOf(0x0a, at + 262144) + 1
    use(bytes.subarray(at, end))
    at = end
  }
}

function measure(name, run) {
  let best = Number.POSITIVE_INFINITY
  let first = 0
  let units = 0
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage()
    const result = run()
    const cpuUs = result.cpuUs ?? usSince(before)
    units = result.units ?? result
    if (i === 0) first = cpuUs
    best = Math.min(best, cpuUs)
  }
  console.log(
    `${name.padEnd(30)} first ${(first / 1e6).toFixed(3)} s   best ${(best / 1e6).toFixed(3)} s   ${((best * 1000) / units).toFixed(1)} ns each`,
  )
  return units
}

function usSince(before) {
  const {user, system} = process.cpuUsage(before)
  return user + system
}

function zipfText(size) {
  const random = xorshift(20261121)
  const vocabulary = Array.from({length: 300_000}, () => randomWord(random))
  const out = Buffer.alloc(size + 64)
  const scale = Math.log(vocabulary.length + 1)
  let at = 0
  for (let i = 1; at < size; i++) {
    const word = vocabulary[Math.floor(Math.exp(random() * scale)) - 1]
    at += out.latin1Write(word, at)
    out[at++] = i % 12 === 0 ? 0x0a : 0x20
  }
  return out.subarray(0, at)
}

function randomWord(random) {
  const length = 2 + Math.floor(random() * 4 + random() * 6)
  let word = ''
  for (let i = 0; i < length; i++) word += String.fromCharCode(97 + Math.floor(random() * 26))
  return random() < 0.1 ? word[0].toUpperCase() + word.slice(1) : word
}

/** Numbers in [0, 1), the same on every machine. */
function xorshift(seed) {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x100000000
  }
}
