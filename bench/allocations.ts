import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Command} from './measure.js'

const PROBE = pathToFileURL(join(import.meta.dirname, 'allocation-probe.js')).href

/**
 * Bytes that a command of fts allocates in the JavaScript heaps of its slots' threads, their start included; to within 20 ms of its end. `run` runs the command
 * once, in a run of its own: what looks takes time.
 */
export async function allocatedBytes(command: Command, run: (command: Command) => Promise<unknown>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fts-allocations-'))
  try {
    await run({...command, env: {...command.env, NODE_OPTIONS: `--import=${PROBE}`, BENCH_ALLOCATIONS: folder}})
    const threads = readdirSync(folder).filter((name) => name.startsWith('thread-'))
    return threads.reduce((sum, name) => sum + Number(readFileSync(join(folder, name), 'utf8')), 0)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
