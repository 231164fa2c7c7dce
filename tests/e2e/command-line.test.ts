// Goal: what a script or a person relies on besides the answers: help, the version, the summary as data, verbose output.
// Method: the built command as a user starts it.
import {readFileSync, statSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {COMMANDS} from '../../commands/index.js'
import {runFts, Workspace} from '../support/fts.js'
import {schemaErrors} from '../support/json-schema.js'
import {ROOT, textOf} from '../support/repository.js'

const RIVER = `${ROOT}/fixtures/texts/river.txt`

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  expect(workspace.leftovers()).toEqual([])
  workspace.remove()
})

describe('help', () => {
  it('lists the commands', async () => {
    const {code, stdout} = await runFts(workspace, ['--help'])
    expect(code).toBe(0)
    // Long summaries go on in the next line.
    const words = stdout.replace(/\s+/g, ' ')
    // A command below another is in that one's help.
    const shown = Object.values(COMMANDS).filter(({id}) => !id.includes(':'))
    for (const {summary} of shown) expect(words).toContain(summary)
  })

  it('of wordcount names every flag', async () => {
    const {code, stdout} = await runFts(workspace, ['wordcount', '--help'])
    expect(code).toBe(0)
    for (const [name, flag] of Object.entries(COMMANDS.wordcount.flags)) {
      const negatable = 'allowNo' in flag && flag.allowNo
      expect(stdout).toContain(negatable ? `--[no-]${name}` : `--${name}`)
    }
  })

  it('is the same by the help command', async () => {
    const byCommand = await runFts(workspace, ['help', 'wordcount'])
    expect(byCommand).toEqual(await runFts(workspace, ['wordcount', '--help']))
  })

  it('leaves the terminal alone: no escape sequences into a pipe', async () => {
    expect((await runFts(workspace, ['wordcount', '--help'])).stdout).not.toMatch(/\u001b/)
  })
})

it('the version', async () => {
  const {version} = JSON.parse(textOf('package.json'))
  const end = await runFts(workspace, ['--version'])
  expect(end.stdout).toMatch(new RegExp(`^fts/${version.replaceAll('.', '\\.')} \\S+ node-v`))
  expect(end.code).toBe(0)
})

it('the manifest knows every command', () => {
  const manifest = JSON.parse(readFileSync(`${ROOT}/oclif.manifest.json`, 'utf8'))
  expect(Object.keys(manifest.commands)).toEqual(Object.keys(COMMANDS))
})

it('the command line can be started by its name', () => {
  expect(statSync(`${ROOT}/bin/run.js`).mode & 0o111).toBe(0o111)
})

describe('--json', () => {
  const schema = JSON.parse(textOf('fixtures/cli/summary.schema.json'))
  const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')

  it('prints the summary as the only line of stderr', async () => {
    const {stderr} = await runFts(workspace, ['wordcount', RIVER, '--json'])
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    const summary = lastLine(stderr)
    expect(schemaErrors(summary, schema)).toEqual([])
    expect(summary).toMatchObject({status: 'FINISHED', bytesIn: statSync(RIVER).size, ledger: {balanced: true}})
    // Also of a job that is shorter than a heartbeat.
    for (const {rssBytes, cpuMs} of summary.taskManagers) expect([rssBytes > 0, cpuMs > 0]).toEqual([true, true])
    expect(summary.resourceUtilization.memoryPercent).toBeGreaterThan(0)
  })

  it('carries the error of a job that failed', async () => {
    const end = await runFts(workspace, ['wordcount', RIVER, '--json', '-p', '4', '--slots', '1'])
    expect(end.code).toBe(2)
    const summary = lastLine(end.stderr)
    expect(schemaErrors(summary, schema)).toEqual([])
    expect(summary).toMatchObject({status: 'FAILED', error: {code: 'FTS_NOT_ENOUGH_SLOTS', kind: 'user'}})
  })
})

describe('--verbose', () => {
  it('tells what happened to every task', async () => {
    const {stderr} = await runFts(workspace, ['wordcount', RIVER, '--verbose'])
    expect(stderr).toMatch(/the job "word count" is RUNNING/)
    expect(stderr).toMatch(/\(1\/1\) is FINISHED/)
    expect(stderr).toMatch(/start-up: argument parsing .* service registration .* slot initialisation/)
  })

  it('has the stack of an error', async () => {
    const {stderr} = await runFts(workspace, ['wordcount', 'missing.txt', '--verbose'])
    expect(stderr).toMatch(/^ {2}code: FTS_\w+ \(user\)$/m)
    expect(stderr).toMatch(/^ {4}at /m)
  })
})
