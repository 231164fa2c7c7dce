// Goal: a program that has not changed is not bundled again, and one that has changed in any way that matters always is.
// Method: real files and the real esbuild. Trees of files are changed at random; after each change what comes with the cache is compared with what
// comes without one. Which programs are kept, and what harms a kept bundle, by examples.
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {FtsError} from '../../../src/core/index.js'
import {bundleKey} from '../../../src/job/build-bundle.js'
import {BundleCache} from '../../../src/job/bundle-cache.js'
import {bundleJob, bundleSource, type JobBundle} from '../../../src/job/index.js'
import {propertyOptions} from '../../support/property-options.js'
import {ROOT} from '../../support/repository.js'

const PACKAGE_ROOT = ROOT.replace(/\/$/, '')

let folder: string
let cache: BundleCache

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-bundles-'))
  cache = BundleCache.at(join(folder, 'cache'))!
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, {recursive: true})
})

describe('what is kept', () => {
  it.each([
    ['one file', {'job.ts': "import {Counter} from 'fts'\nexport const made = new Counter()"}],
    [
      'files by the names of what they are compiled to',
      {'job.ts': "import './a.js'", 'a.ts': "export * from './b'", 'b.tsx': ''},
    ],
    ['an index', {'job.ts': "import './lib'", 'lib/index.ts': 'console.log(1)'}],
    ['JSON', {'job.ts': "import data from './data.json'\nconsole.log(data)", 'data.json': '{"x": 1}'}],
    ['modules of Node', {'job.ts': "import {join} from 'path'\nimport 'node:fs'\nconsole.log(join)"}],
    ['a package with main', {'job.ts': "import 'one'", ...packageFiles('one', {main: './lib/one'}, 'lib/one.js')}],
    ['a package without', {'job.ts': "import 'one'", ...packageFiles('one', {}, 'index.js')}],
    [
      'a package with exports',
      {'job.ts': "import 'one/x'", ...packageFiles('one', {exports: {'./x': './y.js'}}, 'y.js')},
    ],
    [
      'CommonJS',
      {'job.cjs': "require('./a'); require('@s/one')", 'a.js': '', ...packageFiles('@s/one', {}, 'index.js')},
    ],
  ])('%s', async (_, files) => {
    write(files)
    const [entry] = Object.keys(files)
    const first = await bundleJob(join(folder, entry), PACKAGE_ROOT, cache)
    const kept = cache.find(bundleKey({entryPath: join(folder, entry), packageRoot: PACKAGE_ROOT}))
    const second = await bundleJob(join(folder, entry), PACKAGE_ROOT, cache)
    expect([kept !== undefined, written(second), second.exports]).toEqual([true, written(first), first.exports])
  })

  it('the text of a program that is in no file', async () => {
    write({'a.ts': 'export const a = 1'})
    const source = {path: join(folder, 'job.ts'), text: "export * from './a.js'"}
    await bundleSource(source, PACKAGE_ROOT, cache)
    const key = (text: string) => bundleKey({entryPath: source.path, packageRoot: PACKAGE_ROOT, text})
    expect([cache.find(key(source.text))?.exports, cache.find(key('another'))]).toEqual([['a'], undefined])
  })

  it.each([
    ['settings by which names lead elsewhere', {'tsconfig.json': '{"compilerOptions": {"paths": {"x": ["./a.ts"]}}}'}],
    ['settings that come from another file', {'tsconfig.json': '{"extends": "./base.json"}', 'base.json': '{}'}],
    ["Yarn's way to find packages", {'.pnp.cjs': ''}],
    [
      'a folder whose package.json names its file',
      {'job.ts': "import './lib'", 'lib/package.json': '{"main": "a.js"}', 'lib/a.js': ''},
    ],
  ])('but not with %s', async (_, files) => {
    write({'job.ts': '', ...files})
    const entryPath = join(folder, 'job.ts')
    await bundleJob(entryPath, PACKAGE_ROOT, cache)
    expect(cache.find(bundleKey({entryPath, packageRoot: PACKAGE_ROOT}))).toBeUndefined()
  })
})

describe('what is never taken', () => {
  it('a bundle of anything that has changed', async () => {
    const paths = [
      'job.ts',
      'a.ts',
      'a.js',
      'a/index.ts',
      'lib/b.ts',
      'lib/b.js',
      'tsconfig.json',
      'package.json',
      'one/index.js',
    ]
    const texts = [
      undefined,
      "import * as a from './a.js'\nconsole.log(a)",
      "import * as a from './a'\nimport b from './lib/b.js'\nconsole.log(a, b)",
      "export * from './lib/b'\nexport const x = 1",
      'export default class {y = 1}',
      "import one from 'one'\nexport {one}",
      '{"compilerOptions": {"useDefineForClassFields": false, "target": "ES2020"}}',
      '{"type": "commonjs"}',
    ]
    // As if it had all been written before this process began: else nothing with settings beside it is kept.
    vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(Number.POSITIVE_INFINITY)
    const edit = fc.record({path: fc.constantFrom(...paths), text: fc.constantFrom(...texts)})
    await fc.assert(
      fc.asyncProperty(fc.array(edit, {minLength: 1, maxLength: 8}), async (edits) => {
        rmSync(join(folder, 'work'), {recursive: true, force: true})
        write({'work/job.ts': texts[2], 'work/a.ts': texts[3], 'work/lib/b.ts': texts[4]})
        for (const {path, text} of edits) {
          const place = path.startsWith('one/') ? join('work/node_modules', path) : join('work', path)
          write({[place]: text})
          const entryPath = join(folder, 'work/job.ts')
          const [cached, fresh] = [
            await tried(() => bundleJob(entryPath, PACKAGE_ROOT, cache)),
            await tried(() => built(entryPath)),
          ]
          expect(cached).toEqual(fresh)
        }
      }),
      propertyOptions(40),
    )
  })

  it('one whose file leads elsewhere now', async () => {
    write({'one.ts': 'export const x = 1', 'two.ts': 'export const x = 2', 'job.ts': "export {x} from './link.js'"})
    symlinkSync(join(folder, 'one.ts'), join(folder, 'link.ts'))
    const first = written(await bundleJob(join(folder, 'job.ts'), PACKAGE_ROOT, cache))
    rmSync(join(folder, 'link.ts'))
    symlinkSync(join(folder, 'two.ts'), join(folder, 'link.ts'))
    const second = written(await bundleJob(join(folder, 'job.ts'), PACKAGE_ROOT, cache))
    expect([first.includes('var x = 1'), second.includes('var x = 2')]).toEqual([true, true])
  })

  it('one that is torn, or is not what was written', async () => {
    cache.keep('p', {exports: [], module: 'one', sourceMap: '{}'}, [])
    const [file] = readdirSync(join(folder, 'cache'))
    const whole = readFileSync(join(folder, 'cache', file))
    const looks = [whole, whole.subarray(0, whole.length - 1), Buffer.alloc(0), flipped(whole)].map((content) => {
      writeFileSync(join(folder, 'cache', file), content)
      return cache.find('p')?.module
    })
    expect(looks).toEqual(['one', undefined, undefined, undefined])
  })
})

describe('the folder', () => {
  it('keeps the newest where there is no room for all', () => {
    const module = 'x'.repeat(7 * 1024 * 1024)
    for (const key of ['1', '2', '3', '4', '5', '6']) cache.keep(key, {exports: [], module, sourceMap: ''}, [])
    expect([readdirSync(join(folder, 'cache')).length, cache.find('6') !== undefined]).toEqual([4, true])
  })

  it('is not used when others may write there, or when it cannot be made', () => {
    chmodSync(join(folder, 'cache'), 0o777)
    write({'a-file': ''})
    expect([BundleCache.at(join(folder, 'cache')), BundleCache.at(join(folder, 'a-file/x'))]).toEqual([
      undefined,
      undefined,
    ])
  })

  it("is in the user's folder for such things", () => {
    BundleCache.ofUser({XDG_CACHE_HOME: join(folder, 'xdg'), HOME: folder})
    expect(BundleCache.ofUser({HOME: ''})).toBeUndefined()
    BundleCache.ofUser({XDG_CACHE_HOME: 'relative', HOME: join(folder, 'home')})
    expect([readdirSync(join(folder, 'xdg/fts')), readdirSync(join(folder, 'home/.cache/fts'))]).toEqual([
      ['programs'],
      ['programs'],
    ])
  })
})

function packageFiles(name: string, packageJson: object, file: string): Record<string, string> {
  const home = `node_modules/${name}`
  return {[`${home}/package.json`]: JSON.stringify({name, ...packageJson}), [`${home}/${file}`]: ''}
}

/** Undefined removes a file. */
function write(files: Readonly<Record<string, string | undefined>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    if (text === undefined) {
      rmSync(path, {force: true})
      continue
    }
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, text)
  }
}

/** What a slot would load, with its source map. */
function written(bundle: JobBundle): string {
  const path = join(folder, 'written.mjs')
  bundle.writeTo(path)
  return readFileSync(path, 'utf8') + readFileSync(`${path}.map`, 'utf8')
}

/** Without a cache. */
async function built(entryPath: string): Promise<JobBundle> {
  return bundleJob(entryPath, PACKAGE_ROOT, BundleCache.at(mkdtempSync(join(folder, 'empty-'))))
}

async function tried(bundle: () => Promise<JobBundle>): Promise<unknown> {
  try {
    const made = await bundle()
    return [written(made), made.exports]
  } catch (error) {
    const {code, message} = FtsError.from(error)
    return {code, message}
  }
}

function flipped(content: Buffer): Buffer {
  const copy = Buffer.from(content)
  copy[copy.length - 3] ^= 1
  return copy
}
