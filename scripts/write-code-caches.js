// Writes V8's code cache of each bundle, by running a small job: every process writes the cache that it did not find.
import {spawn} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bundles = join(root, 'dist/bundle')
const wanted = readdirSync(bundles).filter((name) => name.endsWith('.bundle.cjs'))

const job = spawn(process.execPath, [join(root, 'bin/run.js'), 'wordcount', '--mode', 'batch', '--no-tui'], {
  stdio: ['pipe', 'ignore', 'inherit'],
})
const ended = new Promise((resolve) => job.once('exit', resolve))
job.stdin.on('error', () => {})
job.stdin.write('Töne töne TÖNE one two three\n'.repeat(20_000))
// The processes write their caches while they run; the job lasts until all are there, or for two seconds.
for (let waits = 0; waits < 40 && !allThere(); waits++) await new Promise((resolve) => setTimeout(resolve, 50))
job.stdin.end()
const status = await ended
if (status !== 0) throw new Error(`the warm-up job ended with ${status}`)
if (!allThere()) throw new Error(`no code cache for ${missing().join(', ')}`)

function allThere() {
  return missing().length === 0
}

/** The command line's cache is written when it ends or after a moment, so all of them are. */
function missing() {
  const files = readdirSync(bundles)
  return wanted.filter((name) => !files.some((file) => file.startsWith(`${name}.`) && file.endsWith('.cache')))
}
