// Writes V8's code cache of each bundle, by running a small job: every process writes the cache that it did not find.
import {spawn} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bundles = join(root, 'dist/bundle')
const wanted = readdirSync(bundles).filter((name) => name.endsWith('.bundle.cjs'))

const job = spawn(process.execPath, [join(root, 'bin/run.js'), 'wordcount', '--mode', 'batch', '--no-tui'], {
  stdio: ['pipe', 'ignore', 'pipe'],
})
let said = ''
job.stderr.setEncoding('utf8').on('data', (text) => {
  said += text
})
const ended = new Promise((resolve) => job.once('exit', resolve))
job.stdin.on('error', () => {})
job.stdin.write('Töne töne TÖNE one two three\n'.repeat(20_000))
// A slot's thread writes its cache while it runs, processes when they end: the job lasts until the first is there.
for (let waits = 0; waits < 100 && missing().includes('slot-worker.bundle.cjs'); waits++)
  await new Promise((resolve) => setTimeout(resolve, 50))
job.stdin.end()
const status = await ended
if (status !== 0) fail(`the warm-up job ended with ${status}`)
if (missing().length > 0) fail(`no code cache for ${missing().join(', ')}`)

function missing() {
  const files = readdirSync(bundles)
  return wanted.filter((name) => !files.some((file) => file.startsWith(`${name}.`) && file.endsWith('.cache')))
}

function fail(what) {
  process.stderr.write(`${said}write-code-caches: ${what}\n`)
  process.exit(1)
}
