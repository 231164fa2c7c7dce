// Goal: the commands on the page about checkpoints do what the page says, one after the other; so does `fts state` with what they leave behind.
// Method: lines of its shell blocks, with the workspace in place of /var, the id of the running job in place of the example's, and a retained checkpoint
// where the page restores from one; `job.ts` is a job that watches a folder.
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {docBlocks} from '../support/doc-blocks.js'
import {Fts, type FtsEnd, runFts, Workspace} from '../support/fts.js'
import {jobIds, untilSeen, watchingProgram} from '../support/stopped-jobs.js'

const TEST_MS_MAX = 120_000
const EXAMPLE_ID = /3f2a[0-9a-f]*…?/
const COUNTS = `lines.map((line): [string, number] => [line.words[0], 1]).uid('pairs').keyBy(0).sum(1).uid('count')
  .map(([word, count]) => word + ' ' + count).uid('told')`

const lines = docBlocks('docs/fault-tolerance.md', 'sh').flatMap((block) => block.trim().split('\n'))

let workspace: Workspace

beforeAll(() => {
  workspace = new Workspace()
  for (const folder of ['in', 'checkpoints', 'savepoints']) mkdirSync(workspace.path(folder))
  writeFileSync(workspace.path('in/1.txt'), '1 a\n2 b\n3 a\n')
  writeFileSync(workspace.path('job.ts'), watchingProgram(COUNTS))
})

afterAll(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

/** The arguments of the only line of the page that begins so. */
function line(beginning: string, replace: (text: string) => string = (text) => text): string[] {
  const found = lines.filter((one) => one.startsWith(`fts ${beginning}`))
  expect(found, beginning).toHaveLength(1)
  const command = found[0].replace(/\s+#.*$/, '').replace(/^fts /, '')
  return replace(command).replaceAll('/var/', `${workspace.folder}/`).split(' ')
}

/** Starts `fts run job.ts …`; what the job reads and notes is its own. */
async function running(args: readonly string[], seen: string, count: number): Promise<Fts> {
  const retention = ['-D', 'execution.checkpointing.externalized-checkpoint-retention=RETAIN_ON_CANCELLATION']
  const fts = new Fts(workspace, [...args, ...retention, '--', 'in', '-', seen], {stdin: ''})
  if (count > 0) await untilSeen(fts, workspace.path(seen), count)
  return fts
}

async function expectDone(args: readonly string[]): Promise<FtsEnd> {
  const end = await runFts(workspace, args)
  expect(end.code, `${args.join(' ')}\n${end.stderr}`).toBe(0)
  return end
}

const withId = (id: string) => (text: string) => text.replace(EXAMPLE_ID, id)
const pathIn = ({stdout}: FtsEnd) => /Path: (.*)$/m.exec(stdout)?.[1] ?? ''

it(
  'savepoints, stopping, cancelling and starting again',
  async () => {
    const first = await running(
      line('run job.ts -D execution.checkpointing.interval=10s -D execution.checkpointing.dir=', (text) =>
        text.replace('=10s', '=100ms'),
      ),
      'seen-1',
      3,
    )
    const [id] = await jobIds(workspace)
    await first.until(({stdout}) => stdout.includes('b 1'))
    expect((await expectDone(line('list'))).stdout).toContain(id)
    const going = pathIn(await expectDone(line('savepoint', withId(id.slice(0, 6)))))
    expect(existsSync(join(going, '_metadata'))).toBe(true)
    const savepoint = pathIn(await expectDone(line('stop', withId(id))))
    expect((await first.ended).code).toBe(0)

    const fromSavepoint = (text: string) => text.replace(/\S+\/savepoint-\S+/, savepoint).replace('-p 8', '-p 3')
    const checkpointing = [
      '-D',
      'execution.checkpointing.interval=100ms',
      '-D',
      `execution.checkpointing.dir=${workspace.path('checkpoints')}`,
    ]
    const second = await running(
      [...line('run job.ts -s /var/savepoints', fromSavepoint), ...checkpointing],
      'seen-2',
      0,
    )
    writeFileSync(workspace.path('in/2.txt'), '4 a\n')
    await second.until(({stdout}) => stdout.includes('a 3'))
    const [secondId] = await jobIds(workspace)
    await expectDone(line('cancel', withId(secondId)))
    await second.ended

    const folder = workspace.path(`checkpoints/${secondId}`)
    const [kept] = readdirSync(folder).filter((name) => name.startsWith('chk-'))
    expect((await expectDone(['state', 'ls', join(folder, kept)])).stdout).toMatch(/keyed/i)
    const third = await running(line('run job.ts -s /var/checkpoints', withId(secondId)), 'seen-3', 0)
    writeFileSync(workspace.path('in/3.txt'), '5 b\n')
    await third.until(({stdout}) => stdout.includes('b 2'))
    expect(third.stderr).toMatch(/^fts: starts from checkpoint \d+ in /m)
    const [thirdId] = await jobIds(workspace)
    await expectDone(line('cancel', withId(thirdId)))
    await third.ended
    expect(workspace.leftovers()).toEqual([])
  },
  TEST_MS_MAX,
)
