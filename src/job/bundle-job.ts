import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs'
import {basename, dirname, resolve} from 'node:path'
import {FtsError} from '../core/index.js'
import {buildBundle, bundleKey, type ProgramSource} from './build-bundle.js'
import {BundleCache} from './bundle-cache.js'
import type {BundledCode} from './bundled-code.js'

/** A program and all of its own files as one ES module; packages from node_modules are imported from where they are. */
export interface JobBundle {
  readonly entryPath: string
  /** What the program's file exports. */
  readonly exports: readonly string[]
  /** Writes the module and its source map. */
  writeTo(path: string): void
}

/**
 * Bundles the program in `file` with esbuild, which takes TypeScript and JavaScript; types are not checked (see `checkTypes`).
 * `import 'fts'` (or of the front door below `packageRoot`) becomes the API object of the process that loads the bundle, so that no second engine is loaded.
 * What was bundled before, and has not changed, comes from `cache`.
 *
 * Errors   `user` FTS_NO_JOB_FILE, FTS_JOB_SYNTAX (with line and caret), FTS_JOB_MODULE (an import that leads nowhere).
 */
export function bundleJob(file: string, packageRoot: string, cache = BundleCache.ofUser(process.env)) {
  const entryPath = resolve(file)
  checkEntry(file, entryPath)
  return bundle({entryPath, packageRoot}, cache)
}

/** The same of TypeScript that is in no file; `path` is where it would be, for its imports and in messages. */
export function bundleSource(
  source: {readonly path: string; readonly text: string},
  packageRoot: string,
  cache = BundleCache.ofUser(process.env),
) {
  return bundle({entryPath: resolve(source.path), packageRoot, text: source.text}, cache)
}

/** A module that needs no compiler: it imports nothing. */
export function plainBundle(
  source: {readonly path: string; readonly text: string},
  exports: readonly string[],
): JobBundle {
  return {
    entryPath: resolve(source.path),
    exports,
    writeTo: (path) => {
      mkdirSync(dirname(path), {recursive: true})
      writeFileSync(path, source.text)
    },
  }
}

async function bundle(source: ProgramSource, cache: BundleCache | undefined): Promise<JobBundle> {
  const key = cache === undefined ? '' : bundleKey(source)
  const code = cache?.find(key) ?? (await build(source, key, cache))
  const {exports} = code
  return {entryPath: source.entryPath, exports, writeTo: (path) => writeBundle(code, path)}
}

async function build(source: ProgramSource, key: string, cache: BundleCache | undefined): Promise<BundledCode> {
  const {code, facts} = await buildBundle(source)
  if (facts !== undefined) cache?.keep(key, code, facts)
  return code
}

function checkEntry(file: string, entryPath: string): void {
  const why = !existsSync(entryPath)
    ? 'there is no such file'
    : statSync(entryPath).isDirectory()
      ? 'it is a folder'
      : ''
  if (why === '') return
  throw new FtsError(
    'user',
    'FTS_NO_JOB_FILE',
    `cannot run ${file}: ${why}`,
    {file},
    {tryThis: 'Name a .ts or .js file.'},
  )
}

function writeBundle({module, sourceMap}: BundledCode, path: string): void {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(`${path}.map`, sourceMap)
  writeFileSync(path, `${module}\n//# sourceMappingURL=${basename(path)}.map\n`)
}
