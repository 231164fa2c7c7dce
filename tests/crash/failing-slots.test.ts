// Goal: when a slot's thread dies or never answers again, or what it spills does not fit on the disk, the command ends with one sentence
// and leaves nothing behind.
// Method: the built command with a memory manager of the user's that misbehaves at its first reservation; a limit on file sizes
// stands for a full disk, which needs no privileges.
import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {Fts, runFts, Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'

const MISBEHAVING = join(import.meta.dirname, '../support/misbehaving-memory-manager.mjs')

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  writeFileSync(workspace.path('in.txt'), manyWords(100_000))
})

afterEach(() => {
  expect(workspace.taskManagers()).toEqual([])
  expect(workspace.leftovers()).toEqual([])
  expect(existsSync(workspace.path('out.tsv'))).toBe(false)
  workspace.remove()
})

function manyWords(count: number): string {
  return Array.from({length: count}, (_, i) => `word${i}`).join(' ')
}

const COUNT = ['wordcount', 'in.txt', '-p', '2', '-o', 'out.tsv']

describe('code in a slot', () => {
  const manager = ['-D', `taskmanager.memory.manager=${MISBEHAVING}`]

  it.each([
    ['exits', /^fts: the thread of slot \d of tm-1 ended: exit code 3\n/m],
    ['throws', /^fts: the thread of slot \d of tm-1 ended: no memory today\n/m],
    [
      'hoards',
      /^fts: slot \d of tm-1 ran out of heap: its code needed more than \d+ MiB\n {2}→ Raise taskmanager\.memory/m,
    ],
  ])('that %s', async (what, sentence) => {
    const env = {MISBEHAVIOUR: what}
    const end = await runFts(workspace, [...COUNT, ...manager, '-D', 'taskmanager.memory.flink.size=200m'], {env})
    expect(end.stderr).toMatch(sentence)
    expect(end.stderr).not.toMatch(/^\s+at /m)
    expect(end.code).toBe(1)
  })

  it('that never comes back does not keep a cancelled job alive', async () => {
    const env = {MISBEHAVIOUR: 'spins'}
    const fts = new Fts(workspace, [...COUNT, ...manager, '--verbose'], {env, stdin: ''})
    await fts.until(({stderr}) => stderr.includes('spinning'))
    fts.process.kill('SIGINT')
    expect((await fts.ended).code).toBe(130)
  })
})

describe('a full disk', () => {
  const withLimit = (args: readonly string[]) => runFts(workspace, args, {shell: 'ulimit -f 16 && exec "$@"'})

  it('under spilled files', async () => {
    const end = await withLimit([...COUNT, '--top', '1', '-D', 'taskmanager.memory.managed.fraction=0.01'])
    expect(end.stderr).toMatch(/^fts: .*cannot write .* to the spill file .*\n {2}→ .*io\.tmp\.dirs/m)
    expect(end.code).toBe(1)
  })

  it('under the output', async () => {
    const end = await withLimit(COUNT)
    expect(end.stderr).toMatch(/^fts: cannot write .*out\.tsv: .*\n {2}→ /m)
    expect(end.code).toBe(2)
  })
})

it('the fixtures of this test misbehave only when they are told to', async () => {
  const river = `${ROOT}/fixtures/texts/river.txt`
  const end = await runFts(workspace, [
    'wordcount',
    river,
    '--top',
    '1',
    '-D',
    `taskmanager.memory.manager=${MISBEHAVING}`,
  ])
  expect([end.code, end.stdout]).toEqual([0, 'the\t78\n'])
})
