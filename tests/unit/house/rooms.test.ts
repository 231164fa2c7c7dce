// Goal: every import goes where the table of rooms allows, every file is reachable, and the map is true.
// Method: dependency-cruiser over src/ and commands/ with the rules of .dependency-cruiser.cjs.
import {existsSync, readdirSync} from 'node:fs'
import {beforeAll, describe, expect, it} from 'vitest'
import {cruiseSources, filesIn, ROOT, roomRules, textOf} from '../../support/repository.js'

/** Files that something outside src/ and commands/ starts from. */
const ENTRIES = [
  'src/index.ts',
  'src/testing/index.ts',
  'src/cluster/launch.ts',
  'src/cluster/load-bundle.ts',
  'src/cluster/job-manager-main.ts',
  'src/taskmanager/main.ts',
  'src/taskmanager/slot-worker.ts',
  'src/prove/prove-worker.ts',
  'commands/index.ts',
  'commands/main.ts',
  'commands/hooks/command-not-found.ts',
]

type Cruised = Awaited<ReturnType<typeof cruiseSources>>

let cruised: Cruised

beforeAll(async () => {
  cruised = await cruiseSources()
}, 60_000)

describe('rooms', () => {
  it('open only what their row allows', () => {
    const wrong = cruised.summary.violations.map(
      ({from, to, rule}) => `${from} → ${to}: ${roomRules.forbidden?.find(({name}) => name === rule.name)?.comment}`,
    )
    expect(wrong).toEqual([])
  })

  it('are all in the table, on the map, and have a sign on the door', () => {
    const folders = readdirSync(`${ROOT}/src`, {withFileTypes: true}).filter((entry) => entry.isDirectory())
    const names = folders.map((entry) => entry.name).sort()
    expect(names.filter((name) => !(name in roomRules.rooms))).toEqual([])
    const map = textOf('src/README.md')
    for (const name of names) {
      expect(map).toContain(`\`${name}\``)
      expect(existsSync(`${ROOT}/src/${name}/README.md`), `src/${name}/README.md`).toBe(true)
    }
  })

  it('have no file that nothing needs', () => {
    const needed = reachable(ENTRIES)
    const sources = filesIn('src', 'commands').filter((file) => /\.tsx?$/.test(file) && isCompiled(file))
    expect(sources.filter((file) => !needed.has(file) && existsSync(`${ROOT}/${file}`))).toEqual([])
  })
})

/** Kernels in assembly/ are compiled by another compiler; declarations are read by tsc only. */
function isCompiled(file: string): boolean {
  return !file.startsWith('src/columns/assembly/') && !file.endsWith('.d.ts')
}

function reachable(entries: readonly string[]): Set<string> {
  const imports = new Map(cruised.modules.map(({source, dependencies}) => [source, dependencies]))
  const seen = new Set<string>()
  const queue = [...entries]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const {resolved} of imports.get(file) ?? []) queue.push(resolved)
  }
  return seen
}
