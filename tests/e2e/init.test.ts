// Goal: a project that fts writes type-checks, runs and has a test that passes; nothing that is there is written over.
// Method: the built command in a folder of its own; npm's part (installing) is done with links to what this checkout has.
import {execFile} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'

const run = promisify(execFile)

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => workspace.remove())

/** What `npm install` would do. */
function install(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), {recursive: true})
  mkdirSync(join(modules, '@types'))
  const {dependencies, devDependencies} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(Object.keys(dependencies)).toEqual(['fts'])
  symlinkSync(dependencies.fts.replace(/^file:/, ''), join(modules, 'fts'))
  for (const name of Object.keys(devDependencies)) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  symlinkSync('../fts/bin/run.js', join(modules, '.bin/fts'))
  symlinkSync('../typescript/bin/tsc', join(modules, '.bin/tsc'))
}

/** A script of the project's package.json, as npm runs it. */
async function npmRun(folder: string, script: string): Promise<string> {
  const {scripts} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const {NODE_TEST_CONTEXT: _, ...env} = process.env
  const PATH = `${join(folder, 'node_modules/.bin')}:${env.PATH}`
  const {stdout} = await run('sh', ['-c', scripts[script]], {
    cwd: folder,
    env: {...env, PATH, XDG_RUNTIME_DIR: workspace.folder, TMPDIR: workspace.folder},
  })
  return stdout
}

it('a new project type-checks, runs and tests itself', async () => {
  const {code, stdout, stderr} = await runFts(workspace, ['init', 'My Job'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain("  cd 'My Job'\n  npm install\n  npm start ")
  const folder = workspace.path('My Job')
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name).toBe('my-job')
  install(folder)
  expect(await npmRun(folder, 'check')).toBe('')
  const lines = (await npmRun(folder, 'start')).split('\n').slice(0, -1).sort()
  expect(lines).toEqual(readFileSync(`${ROOT}/examples/visits/expected.txt`, 'utf8').split('\n').slice(0, -1))
  expect(await npmRun(folder, 'test')).toMatch(/^# pass 1$/m)
}, 60_000)

it('an example that is copied is a project of its own', async () => {
  const {code, stdout} = await runFts(workspace, ['examples', 'average', '--copy', 'mine/average'])
  expect(code).toBe(0)
  expect(stdout).toContain('  cd mine/average\n')
  const folder = workspace.path('mine/average')
  expect(readdirSync(folder).sort()).toEqual(
    ['.gitignore', 'README.md', 'data', 'job.test.ts', 'job.ts', 'package.json', 'tsconfig.json'].sort(),
  )
  install(folder)
  expect(await npmRun(folder, 'start')).toBe('3\n')
  expect(await npmRun(folder, 'test')).toMatch(/^# pass 3$/m)
}, 60_000)

it('into a folder that is there only if it is empty, and never over a file', async () => {
  mkdirSync(workspace.path('empty'))
  expect((await runFts(workspace, ['init', '.'], {cwd: workspace.path('empty')})).stdout).not.toContain('cd ')
  const again = await runFts(workspace, ['init', 'empty'])
  expect(again).toMatchObject({code: 2, stdout: ''})
  expect(again.stderr).toBe(
    'fts: cannot write a project into empty: the folder is not empty\n  → Name another folder, or empty this one.\n',
  )
  writeFileSync(workspace.path('file'), 'mine')
  const onFile = await runFts(workspace, ['init', 'file'])
  expect(onFile.stderr).toContain('cannot write a project into file: it is a file\n')
  expect(readFileSync(workspace.path('file'), 'utf8')).toBe('mine')
  expect((await runFts(workspace, ['init'])).stderr).toContain('where shall the project be?')
  const below = await runFts(workspace, ['init', 'file/below'])
  expect(below).toMatchObject({code: 2})
  expect(below.stderr).toContain('cannot write a project into file/below: ')
})
