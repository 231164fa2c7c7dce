// Goal: whatever goes wrong or is interrupted, a user reads one sentence, gets the documented exit code, and nothing is left behind.
// Method: the built command, real signals, real closed pipes; what is left is looked for in /proc and in the run directory.
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import type {AddressInfo} from 'node:net'
import {createServer} from 'node:net'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {Fts, isAlive, runFts, Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'

const RIVER = `${ROOT}/fixtures/texts/river.txt`

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => workspace.remove())

/** Exit code, and what a user reads: the lines of stderr that an error consists of. */
async function refusal(args: readonly string[], options: {stdin?: string} = {}) {
  const end = await runFts(workspace, args, options)
  expect(end.stdout).toBe('')
  expect(end.stderr).not.toMatch(/^\s+at /m)
  expect(workspace.leftovers()).toEqual([])
  return {code: end.code, stderr: end.stderr}
}

describe('wrong use, exit code 2', () => {
  it.each([
    ['an unknown flag', ['wordcount', '--bogus', RIVER], /^fts: nonexistent flag: --bogus\n {2}→ fts wordcount --help/],
    [
      'an unknown option',
      ['wordcount', '-D', 'paralelism.default=2', RIVER],
      /^fts: there is no option "paralelism.default"\n {2}→ Did you mean "parallelism.default"\?\n$/,
    ],
    ['-D without =', ['wordcount', '-D', 'parallelism', RIVER], /^fts: -D "parallelism" is not key=value\n/],
    ['parallelism 0', ['wordcount', '-p', '0', RIVER], /^fts: .*-p.*\n {2}→ /i],
    [
      'an order in streaming mode',
      ['wordcount', '--mode', 'streaming', '--sort', 'word', RIVER],
      /^fts: .*--sort.*streaming.*\n {2}→ /,
    ],
    [
      'the first few in streaming mode',
      ['wordcount', '--mode', 'streaming', '--top', '3', RIVER],
      /^fts: .*--top.*streaming.*\n {2}→ /,
    ],
    ['paths and a socket', ['wordcount', '--socket', 'localhost:1', RIVER], /^fts: .*--socket.*\n {2}→ /],
    ['a socket without a port', ['wordcount', '--socket', 'localhost'], /^fts: .*HOST:PORT.*\n {2}→ /],
    [
      'an unknown command',
      ['wordcout'],
      /^fts: there is no command "wordcout"\n {2}→ Did you mean "fts wordcount"\?\n$/,
    ],
    ['a missing file', ['wordcount', 'not-there.txt'], /^fts: .*not-there\.txt.*\n {2}→ /],
    ['a pattern without a match', ['wordcount', 'no/*.such'], /^fts: .*no\/\*\.such.*\n {2}→ /],
  ])('%s', async (_, args, text) => {
    const {code, stderr} = await refusal(args)
    expect(stderr).toMatch(text)
    expect(code).toBe(2)
  })

  it('a folder without text', async () => {
    mkdirSync(workspace.path('empty'))
    const {code, stderr} = await refusal(['wordcount', 'empty'])
    expect(stderr).toMatch(/^fts: .*empty.*\n {2}→ /)
    expect(code).toBe(2)
  })

  it('an unreadable file', async () => {
    if (process.getuid?.() === 0) return // root reads everything
    writeFileSync(workspace.path('secret.txt'), 'x')
    chmodSync(workspace.path('secret.txt'), 0)
    const {code, stderr} = await refusal(['wordcount', 'secret.txt'])
    expect(stderr).toMatch(/^fts: .*secret\.txt.*\n {2}→ /)
    expect(code).toBe(2)
  })

  it('an output folder that is not there', async () => {
    const {code, stderr} = await refusal(['wordcount', RIVER, '-o', 'no/such/folder/out.tsv'])
    expect(stderr).toMatch(/^fts: .*no\/such\/folder.*\n {2}→ /)
    expect(code).toBe(2)
  })

  it('too few slots: the sum, and what to change', async () => {
    const {code, stderr} = await refusal(['wordcount', RIVER, '-p', '4', '--slots', '2'])
    expect(stderr).toMatch(/needs 4 slots but there are 2/)
    expect(stderr).toMatch(/→ .*--slots 4/)
    expect(code).toBe(2)
  })
})

describe('the world fails', () => {
  it('a port without a listener', async () => {
    const port = await freePort()
    const retries = ['-D', 'source.socket.max-retries=1', '-D', 'source.socket.retry-delay=10ms']
    const {code, stderr} = await refusal(['wordcount', '--socket', `127.0.0.1:${port}`, ...retries])
    expect(stderr).toMatch(new RegExp(`^fts: .*127\\.0\\.0\\.1:${port}.*\\n {2}→ `))
    expect(code).toBeGreaterThan(0)
  })

  it('a full disk', async () => {
    const {code, stderr} = await refusal(['wordcount', RIVER, '-o', '/dev/full'])
    expect(stderr).toMatch(/^fts: cannot write \/dev\/full: the disk is full\n {2}→ /)
    expect(code).toBe(1)
  })

  it('a TaskManager is killed: the job fails with a sentence and exit code 1', async () => {
    const fts = await runningJob()
    const [taskManager] = fts.descendants()
    process.kill(taskManager, 'SIGKILL')
    const end = await fts.ended
    expect(end.code).toBe(1)
    expect(end.stderr).toMatch(/^fts: .*tm-1.*\n {2}→ /m)
    expect(end.stderr).not.toMatch(/^\s+at /m)
    expect(workspace.leftovers()).toEqual([])
  })

  it('the command itself is killed with −9: its TaskManagers end, and the next start sweeps up', async () => {
    const fts = await runningJob()
    const children = fts.descendants()
    expect(children.length).toBeGreaterThan(0)
    fts.process.kill('SIGKILL')
    await fts.ended
    await gone(children)
    expect((await runFts(workspace, ['wordcount', RIVER])).code).toBe(0)
    expect(workspace.leftovers()).toEqual([])
  })
})

describe('interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends with %d and leaves nothing behind', async (signal, code) => {
    const fts = await runningJob(['-o', workspace.path('out.tsv')], false)
    const children = fts.descendants()
    fts.process.kill(signal)
    const end = await fts.ended
    expect(end.code, end.stderr).toBe(code)
    expect(children.filter(isAlive)).toEqual([])
    expect(workspace.leftovers()).toEqual([])
    expect(readdirSync(workspace.folder).filter((name) => name.includes('out.tsv'))).toEqual([])
  })

  it('the second one ends at once', async () => {
    const fts = await runningJob()
    const children = fts.descendants()
    fts.process.kill('SIGINT')
    fts.process.kill('SIGTERM')
    const end = await fts.ended
    expect([130, 143]).toContain(end.code)
    expect(children.filter(isAlive)).toEqual([])
    expect(workspace.leftovers()).toEqual([])
  })
})

describe('the reader of stdout goes away', () => {
  it('the job ends quietly with 0', async () => {
    writeFileSync(workspace.path('many.txt'), Array.from({length: 300_000}, (_, i) => `word${i}`).join('\n'))
    const fts = new Fts(workspace, ['wordcount', 'many.txt'], {stdin: ''})
    await fts.until(({stdout}) => stdout !== '')
    fts.process.stdout.destroy()
    const code = await new Promise((resolve) => fts.process.once('exit', resolve))
    expect(fts.stderr).not.toMatch(/EPIPE|error|fts:/i)
    expect(code).toBe(0)
    expect(workspace.leftovers()).toEqual([])
  })
})

describe('an output file', () => {
  it('keeps its old content when the job fails', async () => {
    writeFileSync(workspace.path('out.tsv'), 'old\n')
    const end = await runFts(workspace, ['wordcount', 'not-there.txt', '-o', 'out.tsv'])
    expect(end.code).toBe(2)
    expect(readFileSync(workspace.path('out.tsv'), 'utf8')).toBe('old\n')
  })
})

describe('streaming', () => {
  it('the first line is answered while the input is still open', async () => {
    const fts = await runningJob()
    expect(fts.stdout).toBe('hello\t1\n')
    fts.process.stdin.end('hello\n')
    expect(await fts.ended).toMatchObject({code: 0, stdout: 'hello\t1\nhello\t2\n'})
    expect(existsSync(workspace.path('fts'))).toBe(true)
    expect(workspace.leftovers()).toEqual([])
  })
})

/** A job on an input that does not end, running: its first answer is there, or (into a file) the log says so. */
async function runningJob(args: readonly string[] = [], answers = true): Promise<Fts> {
  const verbose = answers ? [] : ['--verbose']
  const fts = new Fts(workspace, ['wordcount', '--mode', 'streaming', '-p', '1', ...verbose, ...args])
  fts.process.stdin.write('hello\n')
  await fts.until(({stdout, stderr}) => (answers ? stdout !== '' : stderr.includes('RUNNING')))
  return fts
}

/** Resolves when none of the processes is left; the runner's timeout is the limit. */
async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setImmediate(resolve))
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const {port} = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
