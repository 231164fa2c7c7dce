// Goal: results reach standard output whatever it is (a pipe, a file, a socket); a reader that leaves early ends the sink quietly,
//       and one that does not read cannot hold the process.
// Method: a child process with the real sink, bundled once; the shell connects its standard output.
import {spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {build} from 'esbuild'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

const BLOCK_BYTES = 10_000
let folder: string
let main: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fts-stdout-'))
  main = join(folder, 'main.mjs')
  const entryPoints = [join(import.meta.dirname, '../../../support/stdout-sink-main.ts')]
  await build({entryPoints, bundle: true, platform: 'node', format: 'esm', outfile: main, logLevel: 'error'})
})

afterAll(() => {
  rmSync(folder, {recursive: true, force: true})
})

/** Runs a shell line in which `$SINK` is the child's command line; answers what came out. */
function run(
  line: string,
  env: Readonly<Record<string, string>>,
): Promise<{readonly out: string; readonly err: string}> {
  const child = spawn('sh', ['-c', line], {
    cwd: folder,
    env: {...process.env, ...env, SINK: `${process.execPath} ${main}`},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = {out: '', err: ''}
  child.stdout.on('data', (data) => {
    texts.out += data
  })
  child.stderr.on('data', (data) => {
    texts.err += data
  })
  return new Promise((resolve) => {
    child.on('close', () => resolve(texts))
  })
}

describe('standard output', () => {
  it('is a pipe', async () => {
    expect(await run('$SINK | wc -c | tr -d " "', {BLOCKS: '2000'})).toEqual({
      out: `${2000 * BLOCK_BYTES + 7}\n`,
      err: 'finished',
    })
  })

  it('is a file, written where it stands', async () => {
    await run('{ echo before; $SINK; echo after; } > out.txt', {BLOCKS: '3'})
    const lines = readFileSync(join(folder, 'out.txt'), 'utf8').split('\n')
    expect(lines.map((line) => line.slice(0, 9))).toEqual([
      'before',
      'header',
      '000000000',
      '000000001',
      '000000002',
      'after',
      '',
    ])
  })

  it('is a socket', async () => {
    const {out, err} = await run('exec $SINK', {BLOCKS: '500'})
    expect(out.length).toBe(500 * BLOCK_BYTES + 7)
    expect(err).toBe('finished')
  })

  it('is a pipe whose reader leaves early', async () => {
    expect(await run('$SINK | head -n 1', {BLOCKS: '20000'})).toEqual({out: 'header\n', err: 'FTS_OUTPUT_CLOSED'})
  })

  it('is a pipe whose reader has left before', async () => {
    const line = 'mkfifo gone; exec 3<>gone 4>gone 3>&-; exec $SINK >&4'
    expect((await run(line, {BLOCKS: '1'})).err).toBe('FTS_OUTPUT_CLOSED')
  })

  it('is a pipe that nobody reads: the process still ends when it is told to', async () => {
    // The reader waits for the end of the writer (a line on the second pipe), so a writer that hangs would hang both.
    const line = 'mkfifo ended; { $SINK; echo ended > ended; } | { read line < ended; echo "$line"; }'
    expect(await run(line, {BLOCKS: '1000', STOP_AFTER_MS: '50'})).toEqual({out: 'ended\n', err: 'stopped'})
  })
})
