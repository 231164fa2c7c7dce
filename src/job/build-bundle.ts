import {statSync} from 'node:fs'
import {createRequire} from 'node:module'
import {basename, dirname, resolve} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import type {BuildFailure, BuildOptions, OutputFile} from 'esbuild'
import {buildError} from './build-error.js'
import type {BundledCode} from './bundled-code.js'
import {outsidePackages} from './outside-packages.js'
import {ownPlaces} from './own-places.js'
import {programApiModule, programApiNames} from './program-api-module.js'
import {type SourceFact, textFact} from './source-fact.js'
import {SourceNotes} from './source-notes.js'

/** A file system's clock may be as much behind ours. */
const CLOCK_TICK_MS = 20

export interface ProgramSource {
  readonly entryPath: string
  /** Where fts is installed. */
  readonly packageRoot: string
  /** Of a program that is in no file. */
  readonly text?: string
}

export interface BuiltBundle {
  readonly code: BundledCode
  /** What it rests on; undefined where that cannot be told. */
  readonly facts: readonly SourceFact[] | undefined
}

/** Errors: see `bundleJob`. */
export async function buildBundle(source: ProgramSource): Promise<BuiltBundle> {
  // Only where a program is built: its Node module takes 10 ms to load, and its compiler is a process of its own.
  const {build} = await import('esbuild')
  const directory = dirname(source.entryPath)
  const notes = new SourceNotes()
  try {
    const {outputFiles, metafile} = await build({
      ...entryOf(source),
      absWorkingDir: directory,
      bundle: true,
      write: false,
      metafile: true,
      outfile: 'job.mjs',
      format: 'esm',
      platform: 'node',
      target: `node${process.versions.node}`,
      sourcemap: 'external',
      logLevel: 'silent',
      plugins: [programApiModule(source.packageRoot), outsidePackages(notes), ownPlaces(notes)],
    })
    const exports = metafile.outputs['job.mjs']?.exports ?? []
    const startedMs = performance.timeOrigin - CLOCK_TICK_MS
    const facts = notes.facts({
      metafile,
      directory,
      entryPath: source.entryPath,
      isFile: source.text === undefined,
      startedMs,
    })
    return {code: codeOf(outputFiles, exports, directory), facts: facts && [...facts, compilerFact()]}
  } catch (error) {
    if (!Array.isArray((error as BuildFailure).errors)) throw error
    throw buildError((error as BuildFailure).errors[0], directory)
  }
}

/** What makes a bundle another one, although all files of the program are the same. */
export function bundleKey({entryPath, packageRoot, text}: ProgramSource): string {
  const {mtimeMs, size} = statSync(fileURLToPath(import.meta.url))
  const environment = [process.versions.node, process.env.NODE_PATH, mtimeMs, size]
  return JSON.stringify([entryPath, packageRoot, text, programApiNames(), environment])
}

function entryOf({entryPath, text}: ProgramSource): Pick<BuildOptions, 'entryPoints' | 'stdin'> {
  if (text === undefined) return {entryPoints: [entryPath]}
  const stdin = {
    contents: text,
    sourcefile: basename(entryPath),
    resolveDir: dirname(entryPath),
    loader: 'ts',
  } as const
  return {stdin}
}

function codeOf(files: readonly OutputFile[], exports: readonly string[], directory: string): BundledCode {
  const [sourceMap, module] = [true, false].map(
    (isMap) => files.find(({path}) => path.endsWith('.map') === isMap)!.text,
  )
  return {exports, module, sourceMap: withAbsoluteSources(sourceMap, directory)}
}

/** The bundle is written where the run is, far from its sources. */
function withAbsoluteSources(sourceMap: string, directory: string): string {
  const map = JSON.parse(sourceMap) as {sources: string[]}
  return JSON.stringify({...map, sources: map.sources.map((source) => pathToFileURL(resolve(directory, source)).href)})
}

/** Of another version. */
function compilerFact(): SourceFact {
  return textFact(createRequire(import.meta.url).resolve('esbuild/package.json'))
}
