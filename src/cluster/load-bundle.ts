import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {basename, dirname, join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {cachedDataVersionTag} from 'node:v8'
import {Script} from 'node:vm'
import {isMainThread} from 'node:worker_threads'

/** For threads, which are ended without notice: late enough that most functions are compiled, so that they are in the cache too. */
const THREAD_WRITES_CACHE_AFTER_MS = 150

/** Set by the build: a cache that is there is written anew, with what has been compiled since, by threads after so many ms. */
const REWRITE_AFTER_MS = 'FTS_REWRITE_CODE_CACHE_AFTER_MS'

/**
 * Runs a bundle (one CommonJS file) with V8's code cache, so that starting costs no parsing and hardly any compiling.
 *
 * The cache is a file beside the bundle, named by the bundle's digest and by V8's version tag (engine version, architecture and
 * flags): another Node or other flags simply find no cache. Without one the bundle runs all the same, and writes the cache for
 * the next start when it ends; where the folder cannot be written, that is skipped.
 */
export function loadBundle(bundle: {readonly file: string; readonly digest: string}): unknown {
  const cacheFile = `${bundle.file}.${bundle.digest}.${cachedDataVersionTag().toString(16)}.cache`
  const cachedData = readIfThere(cacheFile)
  const script = new Script(WRAPPER[0] + readFileSync(bundle.file, 'utf8') + WRAPPER[1], {
    filename: bundle.file,
    ...(cachedData === undefined ? {} : {cachedData}),
  })
  const isMissing = cachedData === undefined || script.cachedDataRejected === true
  if (isMissing || process.env[REWRITE_AFTER_MS] !== undefined) writeCacheLater(script, cacheFile)
  const module = {exports: {}}
  const run = script.runInThisContext() as CommonJsModule
  const directory = dirname(bundle.file)
  const importOutside = (name: string) =>
    import(name.startsWith('./') ? pathToFileURL(join(directory, name)).href : name)
  run(module.exports, createRequire(bundle.file), module, bundle.file, directory, importOutside)
  return module.exports
}

/**
 * On one line, so that line numbers in stacks stay those of the file. `__import` is what the build puts for `import`: a script
 * that comes out of the code cache has lost the way to Node's module loader (seen with Node 20.20, also with
 * `USE_MAIN_CONTEXT_DEFAULT_LOADER`).
 */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname, __import) { ', '\n})'] as const

type CommonJsModule = (
  exports: object,
  require: NodeJS.Require,
  module: {exports: object},
  filename: string,
  directory: string,
  importOutside: (name: string) => Promise<unknown>,
) => void

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

function writeCacheLater(script: Script, cacheFile: string): void {
  const write = () => writeCache(script.createCachedData(), cacheFile)
  if (isMainThread) process.once('exit', write)
  else setTimeout(write, Number(process.env[REWRITE_AFTER_MS] ?? THREAD_WRITES_CACHE_AFTER_MS)).unref()
}

/** By rename, since several processes may do this at once; a folder that cannot be written is no error. */
function writeCache(data: Buffer, cacheFile: string): void {
  const temporary = join(dirname(cacheFile), `.${basename(cacheFile)}.${process.pid}-${performance.now()}`)
  try {
    mkdirSync(dirname(cacheFile), {recursive: true})
    writeFileSync(temporary, data)
    renameSync(temporary, cacheFile)
  } catch {
    rmSync(temporary, {force: true})
  }
}
