/**
 * Goal    What docs/pipe.md shows is what happens, and what it says to be the same is the same.
 * Method  Each console block is run by bash in a folder with the page's files, with `fts` on the path; all that is printed is compared. The commands behind
 *         `same:` are run where their tool is installed, and give the same lines.
 */
import {execFile} from 'node:child_process'
import {chmodSync, cpSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {ROOT, textOf} from '../support/repository.js'

const workspace = new Workspace()
afterAll(() => workspace.remove())

beforeAll(() => {
  cpSync(join(ROOT, 'fixtures/pipe'), workspace.path('files'), {recursive: true})
  mkdirSync(workspace.path('bin'))
  writeFileSync(workspace.path('bin/fts'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/run.js')}' "$@"\n`)
  chmodSync(workspace.path('bin/fts'), 0o755)
})

interface Recipe {
  readonly command: string
  readonly printed: string
  /** Other tools' way to the same lines. */
  readonly same: string | undefined
}

const recipes = [
  ...textOf('docs/pipe.md').matchAll(/^```console\n\$ (.*)\n((?:.*\n)*?)```\n(?:\nsame: `(.*)`\n)?/gm),
].map(([, command, printed, same]): Recipe => ({command, printed, same}))

function bash(command: string): Promise<{readonly stdout: string; readonly stderr: string}> {
  const env = {
    ...process.env,
    NODE_ENV: '',
    LC_ALL: 'C',
    PATH: `${workspace.path('bin')}:${process.env.PATH}`,
    XDG_RUNTIME_DIR: workspace.folder,
    TMPDIR: workspace.folder,
  }
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', command], {cwd: workspace.path('files'), env}, (_error, stdout, stderr) =>
      resolve({stdout, stderr}),
    )
    child.stdin?.end()
  })
}

/** The tools that a command line starts. */
function toolsOf(command: string): string[] {
  return ['jq', 'mlr', 'awk', 'grep', 'shuf'].filter((tool) => new RegExp(`\\b${tool} `).test(command))
}

async function isInstalled(tool: string): Promise<boolean> {
  return (await bash(`command -v ${tool}`)).stdout !== ''
}

const sorted = (text: string) => text.trimEnd().split('\n').sort()

it('has its recipes', () => {
  expect(recipes.length).toBeGreaterThan(25)
  expect(recipes.filter(({same}) => same !== undefined).length).toBeGreaterThan(12)
})

describe('docs/pipe.md', () => {
  it.each(recipes)('$command', async ({command, printed, same}) => {
    const {stdout, stderr} = await bash(command)
    expect(stdout + stderr).toBe(printed)
    if (same === undefined) return
    const installed = await Promise.all(toolsOf(same).map(isInstalled))
    if (!installed.every(Boolean)) return
    expect(sorted((await bash(same)).stdout)).toEqual(sorted(stdout))
  })
})
