// Goal: each program on the pages about the DataStream API compiles strictly, runs, and prints what the page says.
// Method: blocks of the pages are files of one folder: compiled together once, then run with `fts run -p 1`.
import {execFile} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {type DocProgram, docPage} from '../support/doc-pages.js'
import {runFts, Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'

const PAGES = ['datastream', 'sources-and-sinks', 'time-and-windows', 'state']
const pages = PAGES.map((name) => ({name, ...docPage(`docs/${name}.md`)}))
const programs = pages.flatMap(({name, programs}) => programs.map((one) => [`${name}.md:${one.line}`, one] as const))

const COMPILER_OPTIONS = {
  target: 'ES2022',
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  lib: ['ES2023'],
  types: ['node'],
  typeRoots: [`${ROOT}/node_modules/@types`],
  strict: true,
  noImplicitOverride: true,
  skipLibCheck: true,
  noEmit: true,
}

let workspace: Workspace

beforeAll(() => {
  workspace = new Workspace()
  mkdirSync(workspace.path('node_modules'))
  symlinkSync(ROOT, workspace.path('node_modules/fts'))
  writeFileSync(workspace.path('package.json'), '{"type": "module"}')
  writeFileSync(workspace.path('tsconfig.json'), JSON.stringify({compilerOptions: COMPILER_OPTIONS}))
  for (const {files} of pages)
    for (const [name, text] of Object.entries(files)) writeFileSync(workspace.path(name), text)
  for (const [place, {code}] of programs) writeFileSync(workspace.path(fileOf(place)), code)
})

afterAll(() => workspace.remove())

it('there are programs on every page, most with what they print', () => {
  for (const page of pages) expect(page.programs.length, page.name).toBeGreaterThan(1)
  expect(programs.filter(([, {output}]) => output !== undefined).length).toBeGreaterThan(programs.length / 2)
})

it('they compile', async () => {
  const tsc = `${ROOT}/node_modules/typescript/bin/tsc`
  const {stdout} = await promisify(execFile)(process.execPath, [tsc], {cwd: workspace.folder}).catch((error) => error)
  expect(stdout).toBe('')
}, 60_000)

it.each(programs.filter(([, {isOnlyChecked}]) => !isOnlyChecked))('%s', async (place, {output}: DocProgram) => {
  const end = await runFts(workspace, ['run', fileOf(place), '-p', '1'])
  expect(end.code, end.stderr).toBe(0)
  if (output !== undefined) expect(end.stdout).toBe(output)
})

function fileOf(place: string): string {
  return `${place.replace(/\.md:/, '-')}.ts`
}
