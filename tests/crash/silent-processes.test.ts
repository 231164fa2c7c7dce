// Goal: a TaskManager that is stopped before it has registered is killed and replaced, and the result is whole; if none registers, the command ends and says so.
// Method: real processes; some stop themselves by SIGSTOP before their own code is loaded.
import {writeFileSync} from 'node:fs'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {standbyFlags} from '../support/standby.js'

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  writeFileSync(workspace.path('text.txt'), 'a b a\n')
})

afterEach(() => {
  for (const pid of workspace.processes()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

/** `which` is JavaScript: whether the TaskManager `id` stops. */
function wordCountWhereStop(which: string, flags: readonly string[]) {
  const preload = workspace.path('stop.cjs')
  writeFileSync(
    preload,
    `const id = process.argv[process.argv.indexOf('--id') + 1]
if (process.argv[1]?.endsWith('taskmanager.cjs') && ${which})
  process.kill(process.pid, 'SIGSTOP')`,
  )
  const args = ['wordcount', 'text.txt', '--no-tui', ...flags]
  return runFts(workspace, args, {env: {NODE_OPTIONS: `--require ${preload}`}})
}

const waiting = (limit: string) => ['-D', `taskmanager.registration.timeout=${limit}`]

it.each([
  {which: 'alone', standby: false},
  {which: 'with a standby', standby: true},
])('replaces one that is stopped before it registers, $which', async ({standby}) => {
  const flags = [...waiting('4s'), ...(standby ? standbyFlags(workspace.path('ha')) : [])]
  const {code, stdout, stderr} = await wordCountWhereStop(`id === 'tm-1'`, flags)
  expect({code, stdout}).toEqual({code: 0, stdout: 'a\t2\nb\t1\n'})
  expect(stderr).toContain('TaskManager tm-1 did not register within 4000 ms and was killed; another one is started\n')
  expect(workspace.processes()).toEqual([])
})

it('ends the command when none registers', async () => {
  const {code, stdout, stderr} = await wordCountWhereStop('true', waiting('300ms'))
  expect({code, stdout}).toEqual({code: 1, stdout: ''})
  expect(stderr).toContain('fts: TaskManager tm-4 did not register within 300 ms and was killed\n')
  expect(stderr).toContain('Raise taskmanager.registration.timeout')
  expect(workspace.processes()).toEqual([])
  expect(workspace.leftovers()).toEqual([])
})
