// Writes V8's code cache of each bundle, by running small jobs: every process writes the cache that it did not find. A word count comes first; a
// program and an expression then add what they need, so that no command has to compile it again.
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const WAIT_STEP_MS = 50
const WAITS_MAX = 200
/** By then the tasks of these jobs have done all they do. */
const THREADS_WRITE_AFTER_MS = 2000

const PROGRAM = `import {StreamExecutionEnvironment} from 'fts'
const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('BATCH')
const orders = env.readCsv('orders.csv')
orders.filter((order) => order.price > 1).keyBy('category').aggregate({n: 'count', sum: {sum: 'price'}, mean: {avg: 'price'}}).writeAsCsv('groups.csv')
orders.map((order) => ({...order, price: order.price * 2})).writeAsJsonLines('doubled.jsonl')
env.readCsv('orders.csv').writeAsJsonLines('orders.jsonl')
env.readJsonLines('log.jsonl').filter((event) => event.level === 'ERROR').keyBy('service').aggregate({n: 'count', ms: {avg: 'ms'}}).writeAsCsv('errors.csv')
// Lasts until standard input ends.
env.fromStdin().map((line) => line.length).writeAsText('lengths.txt')
await env.execute()
`

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bundles = join(root, 'dist/bundle')
const wanted = readdirSync(bundles).filter((name) => name.endsWith('.bundle.cjs'))
const WORD_COUNT = ['wordcount', '--mode', 'batch', '--no-tui']

/** A job of a second, on a machine that does much else as well. */
const JOB_MS_MAX = 120_000

let said = ''
const folder = mkdtempSync(join(tmpdir(), 'fts-build-'))
try {
  await warmUp(WORD_COUNT, {until: () => !missing().includes('slot-worker.bundle.cjs')})
  // A JobManager is a process of its own where a standby may take over.
  const standby = ['high-availability.type=filesystem', `high-availability.storageDir=${join(folder, 'ha')}`]
  await warmUp([...WORD_COUNT, ...standby.flatMap((setting) => ['-D', setting])])
  if (missing().length > 0) fail(`no code cache for ${missing().join(', ')}`)
  writeInputs()
  await rewrite(['run', 'job.ts', '-p', '1', '--no-tui'])
  await rewrite(['pipe', 'lines().keyBy(line => line.length).count()', '--no-tui'])
} finally {
  rmSync(folder, {recursive: true, force: true})
}

/** Runs a job that adds to the caches that are there. */
async function rewrite(args) {
  const before = writtenMs()
  const env = {FTS_REWRITE_CODE_CACHE_AFTER_MS: String(THREADS_WRITE_AFTER_MS)}
  await warmUp(args, {until: () => writtenMs() > before, env})
}

/** A job over standard input, which stays open until the slot's thread has written its cache: processes do that when they end. */
async function warmUp(args, {until = () => true, env = {}} = {}) {
  const job = spawn(process.execPath, [join(root, 'bin/run.js'), ...args], {
    cwd: folder,
    env: {...process.env, XDG_CACHE_HOME: join(folder, 'cache'), ...env},
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  said = ''
  job.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve) => job.once('exit', (code, signal) => resolve(code ?? signal)))
  const overdue = setTimeout(() => job.kill('SIGKILL'), JOB_MS_MAX)
  job.stdin.on('error', () => {})
  job.stdin.write('Töne töne TÖNE one two three\n'.repeat(20_000))
  for (let waits = 0; waits < WAITS_MAX && job.exitCode === null && !until(); waits++) await pause()
  job.stdin.end()
  const status = await ended
  clearTimeout(overdue)
  if (status !== 0) fail(`the warm-up job "${args[0]}" ended with ${status}`)
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS))
}

function writeInputs() {
  const numbers = Array.from({length: 20_000}, (_, i) => i)
  const orders = numbers.map((i) => `${i},c${i % 50},${(i % 97) / 4}\n`)
  const log = numbers.map((i) => `{"level":"${i % 10 ? 'INFO' : 'ERROR'}","service":"s${i % 9}","ms":${i % 83}}\n`)
  writeFileSync(join(folder, 'orders.csv'), `id,category,price\n${orders.join('')}`)
  writeFileSync(join(folder, 'log.jsonl'), log.join(''))
  writeFileSync(join(folder, 'job.ts'), PROGRAM)
}

function missing() {
  return wanted.filter((name) => cacheOf(name) === undefined)
}

function writtenMs() {
  return statSync(join(bundles, cacheOf('slot-worker.bundle.cjs'))).mtimeMs
}

function cacheOf(name) {
  return readdirSync(bundles).find((file) => file.startsWith(`${name}.`) && file.endsWith('.cache'))
}

function fail(what) {
  process.stderr.write(`${said}write-code-caches: ${what}\n`)
  process.exit(1)
}
