// Goal: a bundle runs with and without its code cache, and a cache of another bundle or a broken one does no harm.
// Method: a small bundle in a temporary folder, run in processes of its own, since the cache is written when they end.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {build} from 'esbuild'
import {afterAll, beforeAll, expect, it} from 'vitest'

let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fts-bundle-'))
  const loader = {entryPoints: ['src/cluster/load-bundle.ts'], outfile: join(folder, 'load-bundle.cjs')}
  await build({...loader, bundle: true, platform: 'node', format: 'cjs'})
  writeFileSync(
    join(folder, 'greeting.cjs'),
    "const {sep} = require('node:path')\nexports.greeting = () => 'hello ' + typeof sep + ' ' + __filename.split(sep).pop()\n",
  )
})

afterAll(() => rmSync(folder, {recursive: true, force: true}))

function run(digest: string): string {
  const file = JSON.stringify(join(folder, 'greeting.cjs'))
  const program = `const {loadBundle} = require(${JSON.stringify(join(folder, 'load-bundle.cjs'))})
    process.stdout.write(loadBundle({file: ${file}, digest: '${digest}'}).greeting())`
  return execFileSync(process.execPath, ['-e', program], {encoding: 'utf8'})
}

const caches = () => readdirSync(folder).filter((name) => name.endsWith('.cache'))

it('runs, and writes a cache for the next time', () => {
  expect(run('aa')).toBe('hello string greeting.cjs')
  expect(caches()).toHaveLength(1)
  expect(run('aa')).toBe('hello string greeting.cjs')
  expect(caches()).toHaveLength(1)
})

it('does not use the cache of another bundle', () => {
  expect(run('bb')).toBe('hello string greeting.cjs')
  expect(caches()).toHaveLength(2)
})

it('runs without a broken cache, and mends it', () => {
  for (const name of caches()) writeFileSync(join(folder, name), 'not a cache')
  expect(run('aa')).toBe('hello string greeting.cjs')
  expect(run('aa')).toBe('hello string greeting.cjs')
})
