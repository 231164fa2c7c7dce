import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {basename, dirname, join} from 'node:path'
import {cachedDataVersionTag} from 'node:v8'
import {constants, Script} from 'node:vm'

/** Late enough that the hot functions are compiled, so that they are in the cache too. */
const WRITE_CACHE_AFTER_MS = 150

/**
 * Runs a bundle (one CommonJS file) with V8's code cache, so that starting costs no parsing and hardly any compiling.
 *
 * The cache is a file beside the bundle, named by the bundle's digest and by V8's version tag (engine version, architecture and
 * flags): another Node or other flags simply find no cache. Without one the bundle runs all the same, and the cache is written
 * a moment later for the next start; where the folder cannot be written, that is skipped.
 */
export function loadBundle(bundle: {readonly file: string; readonly digest: string}): unknown {
  const cacheFile = `${bundle.file}.${bundle.digest}.${cachedDataVersionTag().toString(16)}.cache`
  const cachedData = readIfThere(cacheFile)
  const script = new Script(WRAPPER[0] + readFileSync(bundle.file, 'utf8') + WRAPPER[1], {
    filename: bundle.file,
    ...(cachedData === undefined ? {} : {cachedData}),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  if (cachedData === undefined || script.cachedDataRejected === true) writeCacheLater(script, cacheFile)
  const module = {exports: {}}
  const run = script.runInThisContext() as CommonJsModule
  run(module.exports, createRequire(bundle.file), module, bundle.file, dirname(bundle.file))
  return module.exports
}

/** On one line, so that line numbers in stacks stay those of the file. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'] as const

type CommonJsModule = (
  exports: object,
  require: NodeJS.Require,
  module: {exports: object},
  filename: string,
  directory: string,
) => void

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

function writeCacheLater(script: Script, cacheFile: string): void {
  let written = false
  const write = () => {
    if (!written) writeCache(script.createCachedData(), cacheFile)
    written = true
  }
  setTimeout(write, WRITE_CACHE_AFTER_MS).unref()
  process.once('exit', write)
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
