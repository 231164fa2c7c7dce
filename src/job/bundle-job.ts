import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs'
import {basename, dirname, resolve} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {BuildFailure, BuildOptions, OutputFile} from 'esbuild'
import {FtsError} from '../core/index.js'
import {buildError} from './build-error.js'
import {outsidePackages} from './outside-packages.js'
import {ownPlaces} from './own-places.js'
import {programApiModule} from './program-api-module.js'

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
 *
 * Errors   `user` FTS_NO_JOB_FILE, FTS_JOB_SYNTAX (with line and caret), FTS_JOB_MODULE (an import that leads nowhere).
 */
export async function bundleJob(file: string, packageRoot: string): Promise<JobBundle> {
  const entryPath = resolve(file)
  checkEntry(file, entryPath)
  return bundle(entryPath, packageRoot, {entryPoints: [entryPath]})
}

/** The same of TypeScript that is in no file; `path` is where it would be, for its imports and in messages. */
export function bundleSource(source: {readonly path: string; readonly text: string}, packageRoot: string) {
  const entryPath = resolve(source.path)
  const stdin = {
    contents: source.text,
    sourcefile: basename(entryPath),
    resolveDir: dirname(entryPath),
    loader: 'ts',
  } as const
  return bundle(entryPath, packageRoot, {stdin})
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

type Entry = Pick<BuildOptions, 'entryPoints' | 'stdin'>

async function bundle(entryPath: string, packageRoot: string, entry: Entry): Promise<JobBundle> {
  // Only where a program is run: its Node module takes 10 ms to load, and its compiler is a process of its own.
  const {build} = await import('esbuild')
  try {
    const {outputFiles, metafile} = await build({
      ...entry,
      absWorkingDir: dirname(entryPath),
      bundle: true,
      write: false,
      metafile: true,
      outfile: 'job.mjs',
      format: 'esm',
      platform: 'node',
      target: `node${process.versions.node}`,
      sourcemap: 'external',
      logLevel: 'silent',
      plugins: [programApiModule(packageRoot), outsidePackages, ownPlaces],
    })
    return {
      entryPath,
      exports: metafile.outputs['job.mjs']?.exports ?? [],
      writeTo: (path) => writeBundle(outputFiles, path, dirname(entryPath)),
    }
  } catch (error) {
    if (!Array.isArray((error as BuildFailure).errors)) throw error
    throw buildError((error as BuildFailure).errors[0], dirname(entryPath))
  }
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

function writeBundle(files: readonly OutputFile[], path: string, sourceDirectory: string): void {
  mkdirSync(dirname(path), {recursive: true})
  for (const {path: name, text} of files) {
    if (name.endsWith('.map')) writeFileSync(`${path}.map`, withAbsoluteSources(text, sourceDirectory))
    else writeFileSync(path, `${text}\n//# sourceMappingURL=${basename(path)}.map\n`)
  }
}

/** The bundle is written where the run is, far from its sources. */
function withAbsoluteSources(sourceMap: string, directory: string): string {
  const map = JSON.parse(sourceMap) as {sources: string[]}
  return JSON.stringify({...map, sources: map.sources.map((source) => pathToFileURL(resolve(directory, source)).href)})
}
