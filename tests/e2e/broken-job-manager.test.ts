// Goal: a mistake of ours in the JobManager, wherever it is reached, ends the command with a sentence and an exit code; nothing hangs, nothing is left.
// Method: copies of the built fts with a call of a function that is not there, in the command's own JobManager and in one that is a process of its own.
import {writeFileSync} from 'node:fs'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {brokenFts, MISTAKE} from '../support/broken-fts.js'
import {runFts, Workspace} from '../support/fts.js'
import {standbyFlags} from '../support/standby.js'

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  writeFileSync(workspace.path('text.txt'), 'a b a\n')
})

afterEach(() => {
  workspace.remove()
})

async function wordCount(of: Parameters<typeof brokenFts>[1], flags: readonly string[] = []) {
  const root = brokenFts(workspace.path('fts-broken'), of)
  const {code, stdout, stderr} = await runFts(workspace, ['wordcount', 'text.txt', '--no-tui', ...flags], {root})
  expect(workspace.processes()).toEqual([])
  return {code, stdout, said: stderr.split('\n')[0]}
}

it.each([
  {at: 'its start', after: 'let plane=this', code: `,mistake=${MISTAKE}()`, stdout: ''},
  {at: 'the submission of the job', after: 'submit(graph,recovered){', stdout: ''},
  {at: 'the view of a job', after: 'viewOf(job,nowMs){', stdout: 'a\t2\nb\t1\n'},
  {at: 'the end of a job', after: 'function jobResult(job,status,view){', stdout: 'a\t2\nb\t1\n'},
])('ends the command when it is reached in $at', async ({after, code, stdout}) => {
  const end = await wordCount({bundle: 'cli.bundle.cjs', after, ...(code && {code})})
  const said = `fts: the JobManager cannot go on: ReferenceError: ${MISTAKE} is not defined`
  expect(end).toEqual({code: 70, stdout, said})
})

it('ends the command when it is reached in a callback that nobody guards', async () => {
  const after = 'refusalOf(registration){return'
  const end = await wordCount({bundle: 'cli.bundle.cjs', after, code: ` ${MISTAKE}(),`})
  const said = `fts: the command cannot go on: ReferenceError: ${MISTAKE} is not defined`
  expect(end).toEqual({code: 70, stdout: '', said})
})

it('ends the command when each JobManager that takes over comes to it', async () => {
  const flags = standbyFlags(workspace.path('ha'))
  const end = await wordCount({bundle: 'jobmanager.bundle.cjs', after: 'lead(of){'}, flags)
  const why = `the last with exit code 1, and said: ReferenceError: ${MISTAKE} is not defined`
  expect(end).toEqual({code: 1, stdout: '', said: `fts: 5 JobManagers in a row ended by themselves, ${why}`})
})
