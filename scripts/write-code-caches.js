// Writes V8's code cache of each bundle, by running a small job: every process writes the cache that it did not find.
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bundles = join(root, 'dist/bundle')
const wanted = readdirSync(bundles).filter((name) => name.endsWith('.bundle.cjs'))

let said = ''
const storage = mkdtempSync(join(tmpdir(), 'fts-build-'))
await warmUp({
  args: [],
  until: () => !missing().includes('slot-worker.bundle.cjs'),
})
// A JobManager is a process of its own where a standby may take over.
await warmUp({
  args: ['-D', 'high-availability.type=filesystem', '-D', `high-availability.storageDir=${storage}`],
  until: () => true,
})
rmSync(storage, {recursive: true, force: true})
if (missing().length > 0) fail(`no code cache for ${missing().join(', ')}`)

async function warmUp({args, until}) {
  const job = spawn(process.execPath, [join(root, 'bin/run.js'), 'wordcount', '--mode', 'batch', '--no-tui', ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  said = ''
  job.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve) => job.once('exit', resolve))
  job.stdin.on('error', () => {})
  job.stdin.write('Töne töne TÖNE one two three\n'.repeat(20_000))
  // A slot's thread writes its cache while it runs, processes when they end: the job lasts until the first is there.
  for (let waits = 0; waits < 100 && !until(); waits++) await new Promise((resolve) => setTimeout(resolve, 50))
  job.stdin.end()
  const status = await ended
  if (status !== 0) fail(`the warm-up job ended with ${status}`)
}

function missing() {
  const files = readdirSync(bundles)
  return wanted.filter((name) => !files.some((file) => file.startsWith(`${name}.`) && file.endsWith('.cache')))
}

function fail(what) {
  process.stderr.write(`${said}write-code-caches: ${what}\n`)
  process.exit(1)
}
