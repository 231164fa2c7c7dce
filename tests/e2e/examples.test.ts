// Goal: every example runs as its README says and prints what it is known to print; its own test passes; the commands list, show, copy and refuse.
// Method: the built command over the data of the examples, at parallelism 2, against expected.txt; the tests of all examples, compiled once.
import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {resolve} from 'node:path'
import {promisify} from 'node:util'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
// @ts-expect-error plain JavaScript, without types
import {exampleData} from '../../examples/make-data.js'
import {Fts, runFts, Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'

interface Example {
  readonly name: string
  readonly summary: string
}

const EXAMPLES = JSON.parse(readFileSync(`${ROOT}/examples/index.json`, 'utf8')) as readonly Example[]
const WITH_DATA = EXAMPLES.map(({name}) => name).filter((name) => name !== 'socket-window-word-count')

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  expect(workspace.leftovers()).toEqual([])
  expect(workspace.taskManagers()).toEqual([])
  workspace.remove()
})

const linesOf = (text: string) => text.split('\n').slice(0, -1).sort()
const expectedOf = (name: string) => linesOf(readFileSync(`${ROOT}/examples/${name}/expected.txt`, 'utf8'))

describe('an example', () => {
  it.each(WITH_DATA)('%s prints what it is known to print', async (name) => {
    const {code, stdout, stderr} = await runFts(workspace, ['examples', 'run', name, '-p', '2'])
    expect(stderr).toContain('ledger balanced')
    expect(linesOf(stdout)).toEqual(expectedOf(name))
    expect(stderr.split('\n').filter((line) => line.startsWith('too late'))).toHaveLength(name === 'sensors' ? 5 : 0)
    expect(code).toBe(0)
  })

  it('etl writes files, and its dead letters say where they come from', async () => {
    const folder = `${ROOT}/examples/etl`
    const args = [`${folder}/data/orders.csv`, 'orders.jsonl', 'dead.jsonl']
    const {code, stdout} = await runFts(workspace, ['run', `${folder}/job.ts`, '-p', '2', '--', ...args])
    expect([code, stdout]).toEqual([0, ''])
    expect(linesOf(readFileSync(workspace.path('orders.jsonl'), 'utf8'))).toEqual(expectedOf('etl'))
    const reasons = linesOf(readFileSync(workspace.path('dead.jsonl'), 'utf8')).map((line) => JSON.parse(line).reason)
    expect(reasons.sort()).toEqual([
      'line 124 of orders.csv: field "quantity": "two" is not a whole number up to 2^53',
      'line 135 of orders.csv: expected 6 fields, found 5',
      'line 165 of orders.csv: field "quantity": "two" is not a whole number up to 2^53',
      'line 42 of orders.csv: field "quantity": "two" is not a whole number up to 2^53',
      'line 68 of orders.csv: expected 6 fields, found 5',
      'line 83 of orders.csv: field "quantity": "two" is not a whole number up to 2^53',
      'price missing',
      'price missing',
      'price missing',
    ])
  })

  it('average gives the average so far behind each number', async () => {
    const {stdout} = await runFts(workspace, ['examples', 'run', 'average', '--', '--running'])
    expect(stdout).toBe('1\n1.5\n2\n2.5\n3\n')
  })

  it('access-log reads what is piped into it', async () => {
    const log = readFileSync(`${ROOT}/examples/access-log/data/access.log`)
    const {stdout} = await runFts(workspace, ['examples', 'run', 'access-log', '--', '-'], {stdin: log})
    expect(linesOf(stdout)).toEqual(expectedOf('access-log'))
  })

  it('socket-window-word-count counts what comes over a socket while it is open', async () => {
    const server = createServer((socket) => socket.write('tick tick tock\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const {port} = server.address() as {port: number}
    const args = [
      'run',
      `${ROOT}/examples/socket-window-word-count/job.ts`,
      '-p',
      '2',
      '--',
      '127.0.0.1',
      String(port),
      '300ms',
    ]
    const fts = new Fts(workspace, args)
    await fts.until(({stdout}) => stdout.split('\n').length > 2)
    fts.process.kill('SIGINT')
    const {stdout} = await fts.ended
    expect(linesOf(stdout)).toEqual(['tick 2', 'tock 1'])
    server.close()
  })
})

describe('the examples', () => {
  it('are all listed, each with a job, a test and a README', async () => {
    const folders = readdirSync(`${ROOT}/examples`, {withFileTypes: true}).filter((entry) => entry.isDirectory())
    expect(folders.map((entry) => entry.name).sort()).toEqual(EXAMPLES.map(({name}) => name).sort())
    for (const {name} of EXAMPLES)
      for (const file of ['job.ts', 'job.test.ts', 'README.md'])
        expect(existsSync(`${ROOT}/examples/${name}/${file}`), `${name}/${file}`).toBe(true)
    const {stdout} = await runFts(workspace, ['examples'])
    for (const {name, summary} of EXAMPLES) expect(stdout).toMatch(new RegExp(`^${name} +${summary}$`, 'm'))
  })

  it('have data that can be made again', () => {
    for (const [path, text] of Object.entries(exampleData()))
      expect(readFileSync(`${ROOT}/examples/${path}`, 'utf8') === text, path).toBe(true)
  })

  it('type-check, and their own tests pass', async () => {
    const run = promisify(execFile)
    mkdirSync(workspace.path('node_modules'))
    symlinkSync(ROOT, workspace.path('node_modules/fts'))
    writeFileSync(workspace.path('package.json'), '{"type": "module"}')
    const tsc = [`${ROOT}/node_modules/typescript/bin/tsc`, '-p', `${ROOT}/examples/tsconfig.json`, '--noEmit', 'false']
    await run(process.execPath, [...tsc, '--outDir', workspace.path('built')])
    const tests = EXAMPLES.map(({name}) => workspace.path(`built/${name}/job.test.js`))
    const {NODE_TEST_CONTEXT: _, ...env} = process.env
    const {stdout} = await run(process.execPath, ['--test', '--test-reporter=tap', ...tests], {env})
    expect(stdout).toMatch(/^# fail 0$/m)
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(20)
  }, 60_000)
})

describe('fts examples', () => {
  it('shows where one is and how to run it', async () => {
    const {code, stdout} = await runFts(workspace, ['examples', 'socket-window-word-count'])
    expect(code).toBe(0)
    expect(stdout).toContain(`${resolve(ROOT, 'examples/socket-window-word-count')}\n`)
    expect(stdout).toContain('nc -lk 9000')
    expect(stdout).toContain('fts examples run socket-window-word-count -- localhost 9000')
  })

  it.each([
    [['examples', 'nope'], 'fts: there is no example "nope"\n  → There are: visits, word-count'],
    [['examples', 'run', 'nope'], 'fts: there is no example "nope"\n  → There are: visits, word-count'],
    [['examples', 'run'], 'fts: which example shall be run?\n'],
    [['examples', '--copy', 'here'], 'fts: --copy without an example: which one?\n'],
    [['examples', 'run', 'average', '--nope'], 'fts: nonexistent flag: --nope\n'],
  ])('%j is refused with a sentence', async (args, message) => {
    const {code, stdout, stderr} = await runFts(workspace, args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })

  it('run ends as the job ends: by the signal that it is sent', async () => {
    const fts = new Fts(workspace, ['examples', 'run', 'access-log', '--', '-'])
    fts.process.stdin.write(readFileSync(`${ROOT}/examples/access-log/data/access.log`))
    await fts.until(({stdout}) => stdout.includes('/checkout'))
    fts.process.kill('SIGTERM')
    expect((await fts.ended).code).toBe(143)
  })
})
