// Goal: what docs/testing.md and docs/examples.md show is true.
// Method: the files of testing.md are compiled strictly and its tests run; each command of examples.md is typed into a shell.
import {execFile} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {promisify} from 'node:util'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {docBlocks} from '../support/doc-blocks.js'
import {Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'

const run = promisify(execFile)

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['ES2023'],
    types: ['node'],
    typeRoots: [`${ROOT}/node_modules/@types`],
    strict: true,
    skipLibCheck: true,
    rootDir: '.',
    outDir: 'build',
  },
}

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => workspace.remove())

function environment(more: Readonly<Record<string, string>>) {
  const {NODE_TEST_CONTEXT: _, NODE_ENV: _env, VITEST: _vitest, FORCE_COLOR: _color, ...env} = process.env
  return {...env, XDG_RUNTIME_DIR: workspace.folder, TMPDIR: workspace.folder, ...more}
}

it('the project of testing.md compiles, and its tests pass', async () => {
  const files = docBlocks('docs/testing.md', 'ts').map((code) => [/^\/\/ (\S+\.ts)$/m.exec(code)?.[1] ?? '', code])
  expect(files.map(([name]) => name)).toContain('alerts.ts')
  mkdirSync(workspace.path('node_modules'))
  symlinkSync(ROOT, workspace.path('node_modules/fts'))
  writeFileSync(workspace.path('package.json'), '{"type": "module"}')
  writeFileSync(workspace.path('tsconfig.json'), JSON.stringify(TSCONFIG))
  for (const [name, code] of files) writeFileSync(workspace.path(name), code)
  const cwd = workspace.folder
  await run(process.execPath, [`${ROOT}/node_modules/typescript/bin/tsc`], {cwd})
  const tests = files.flatMap(([name]) => (name.endsWith('.test.ts') ? [`build/${name.replace(/ts$/, 'js')}`] : []))
  const args = ['--test', '--test-reporter=tap', ...tests]
  const {stdout} = await run(process.execPath, args, {cwd, env: environment({})})
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(stdout).toMatch(/^# pass 10$/m)
}, 60_000)

it('the commands of examples.md print what it says', async () => {
  mkdirSync(workspace.path('bin'))
  symlinkSync(`${ROOT}/bin/run.js`, workspace.path('bin/fts'))
  const env = environment({PATH: `${workspace.path('bin')}:${process.env.PATH}`})
  const sessions = docBlocks('docs/examples.md', 'console').flatMap((block) => block.split(/^\$ /m).slice(1))
  expect(sessions.length).toBeGreaterThan(4)
  for (const session of sessions) {
    const [command, ...output] = session.split('\n')
    const {stdout} = await run('bash', ['-c', command], {cwd: workspace.folder, env})
    expect(stdout.trimEnd(), command).toBe(output.join('\n').trimEnd())
  }
}, 60_000)
