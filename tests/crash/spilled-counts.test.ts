// Goal: a word count whose words do not fit into its memory survives kill −9 of its TaskManagers while it spills, and while its results go out: each
// word comes once, with its count.
// Method: `fts wordcount` with next to no managed memory and checkpoints, over words of which most come once or twice. TaskManagers are killed
// after a checkpoint that they have helped to complete, and once more later; the answer is compared with counts in a Map.

import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {Fts, Workspace} from '../support/fts.js'
import {testSeeds} from '../support/test-seeds.js'

/** A busy machine takes its time. */
const TEST_MS_MAX = 90_000
const WORDS = 400_000

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function randomWords(random: SeededRandom): readonly string[] {
  return Array.from({length: WORDS}, () => `word-${Math.floor(random.next() ** 2 * WORDS)}`)
}

function linesOf(words: readonly string[]): string {
  const lines: string[] = []
  for (let at = 0; at < words.length; at += 10) lines.push(`${words.slice(at, at + 10).join(' ')}\n`)
  return lines.join('')
}

function counted(words: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Array.from(counts, ([word, count]) => `${word}\t${count}`).sort()
}

/** Checkpoints that are complete, of all that are kept. */
function completed(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((path) => path.endsWith('_metadata'))
}

/** Kills a TaskManager when a checkpoint has been completed after `before`; false if the command ended first. */
async function killAfterCheckpoint(fts: Fts, folder: string, before: readonly string[]): Promise<boolean> {
  let hasEnded = false
  void fts.ended.then(() => {
    hasEnded = true
  })
  while (!completed(folder).some((path) => !before.includes(path))) {
    if (hasEnded) return false
    await pause(5)
  }
  const [pid] = workspace.taskManagers()
  if (pid === undefined) return false
  process.kill(pid, 'SIGKILL')
  return true
}

describe('counts on disk', () => {
  it.each(testSeeds(2))(
    'seed %d',
    async (seed) => {
      const random = new SeededRandom(seed * 7331)
      const words = randomWords(random)
      const text = linesOf(words)
      const isPiped = random.chance(0.5)
      if (!isPiped) writeFileSync(workspace.path('in.txt'), text)
      const folder = workspace.path('checkpoints')
      const settings = {
        'taskmanager.memory.managed.fraction': '0.01',
        'execution.checkpointing.interval': '150ms',
        'execution.checkpointing.dir': folder,
        'execution.checkpointing.incremental': String(random.chance(0.7)),
        'restart-strategy.type': 'fixed-delay',
        'restart-strategy.fixed-delay.attempts': '1000',
        'restart-strategy.fixed-delay.delay': '20ms',
      }
      const options = Object.entries(settings).flatMap(([key, value]) => ['-D', `${key}=${value}`])
      const spread = random.pick([[], ['--num-taskmanagers', '2']])
      const sort = ['--sort', random.pick(['count', 'word', 'none'])]
      const args = ['wordcount', isPiped ? '-' : 'in.txt', '-o', 'out.tsv', '-p', '2', '--json', ...sort, ...spread]
      const fts = new Fts(workspace, [...args, ...options], {})
      // The rest comes when the first checkpoint is there, and so there is always something to kill.
      if (isPiped) fts.process.stdin.write(text.slice(0, text.length / 2))
      const first = await killAfterCheckpoint(fts, folder, [])
      if (isPiped) fts.process.stdin.end(text.slice(text.length / 2))
      else fts.process.stdin.end()
      const seen = completed(folder)
      await pause(random.next() * 1500)
      const second = await killAfterCheckpoint(fts, folder, seen)
      const end = await fts.ended
      const told = `${[...args, ...options].join(' ')}\n${end.stderr.slice(-4000)}`
      expect(end.code, told).toBe(0)
      const {restarts, spilledBytes, ledger} = JSON.parse(end.stderr.trimEnd().split('\n').at(-1)!)
      expect(first, told).toBe(true)
      expect(restarts, told).toBeGreaterThanOrEqual(second ? 2 : 1)
      expect(spilledBytes, told).toBeGreaterThan(0)
      expect(ledger.balanced, told).toBe(true)
      const lines = readFileSync(workspace.path('out.tsv'), 'utf8').trimEnd().split('\n')
      expect(lines.sort(), told).toEqual(counted(words))
      expect(workspace.taskManagers()).toEqual([])
      expect(workspace.leftovers().filter((path) => !path.includes(join('checkpoints')))).toEqual([])
    },
    TEST_MS_MAX,
  )
})
