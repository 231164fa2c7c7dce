import {statSync} from 'node:fs'
import {isBuiltin} from 'node:module'
import {dirname, isAbsolute, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Metafile} from 'esbuild'
import {moduleFacts} from './module-facts.js'
import {type PackageImport, packageFacts} from './package-facts.js'
import {placeFact, type SourceFact, textFact, textFactOf} from './source-fact.js'

/** Files of a folder, or of one above it, by which esbuild changes what it makes. */
const SETTINGS = ['tsconfig.json', 'jsconfig.json', 'package.json']

/** Yarn's other way to find packages. */
const PLUG_AND_PLAY = ['.pnp.cjs', '.pnp.js', '.pnp.data.json']

/** In these cases names lead elsewhere, or the settings are in another file, too. */
const FAR_REACHING = /"(?:extends|paths|baseUrl)"\s*:/

export interface NotedBuild {
  readonly metafile: Metafile
  /** Its paths are relative to it. */
  readonly directory: string
  readonly entryPath: string
  /** Of a program that is in a file, and not only named as if it were. */
  readonly isFile: boolean
  /** A file of settings that is as new as this, in ms since the epoch, may not be what esbuild has read. */
  readonly startedMs: number
}

/**
 * What a build has read, and the facts that its result rests on. Where these cannot be told for sure (settings that reach far, rare forms of
 * imports) there are none, and the result is for this time only.
 */
export class SourceNotes {
  private readonly texts = new Map<string, SourceFact>()
  private readonly packages = new Map<string, PackageImport>()

  /** A file has been loaded with this text. */
  loaded(path: string, text: Buffer): void {
    this.texts.set(path, textFactOf(path, text))
  }

  /** A package is imported from `found`, and not bundled. */
  imported(one: PackageImport): void {
    this.packages.set(`${one.from}\0${one.name}`, one)
  }

  facts(build: NotedBuild): readonly SourceFact[] | undefined {
    const parts = [
      this.entryFacts(build),
      this.textFacts(build),
      importFacts(build),
      this.externalFacts(build),
      settingsFacts([...this.texts.keys()], build),
    ]
    return parts.every((facts) => facts !== undefined) ? unique(parts.flat()) : undefined
  }

  private entryFacts({entryPath, isFile}: NotedBuild): readonly SourceFact[] | undefined {
    if (!isFile) return []
    const place = placeFact(entryPath)
    return place.value !== null && this.texts.has(place.value) ? [place] : undefined
  }

  private textFacts({metafile, directory, entryPath, isFile}: NotedBuild): readonly SourceFact[] | undefined {
    const files = Object.keys(metafile.inputs).filter((path) => !isOfFts(path))
    const paths = files.map((path) => resolve(directory, path)).filter((path) => isFile || path !== entryPath)
    const facts = paths.map((path) => this.texts.get(path))
    return facts.every((fact) => fact !== undefined) ? facts : undefined
  }

  /** Of what stays outside: Node's own modules, and packages. */
  private externalFacts({metafile}: NotedBuild): readonly SourceFact[] | undefined {
    const found = new Set([...this.packages.values()].map((one) => one.found))
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
    const isKnown = imports.every(({path}) => isBuiltin(path) || found.has(pathOf(path)))
    const facts = [...this.packages.values()].map(packageFacts)
    return isKnown && facts.every((fact) => fact !== undefined) ? facts.flat() : undefined
  }
}

/** Of the imports of files: that each leads where it did. */
function importFacts({metafile, directory}: NotedBuild): readonly SourceFact[] | undefined {
  const facts: SourceFact[] = []
  for (const [file, {imports}] of Object.entries(metafile.inputs)) {
    for (const {path, original, external} of imports) {
      if (external === true || (isOfFts(path) && !isPath(original))) continue
      if (!isPath(original)) return undefined
      const found = moduleFacts(resolve(directory, dirname(file), original))
      if (found === undefined || !(isOfFts(path) || found.found === resolve(directory, path))) return undefined
      facts.push(...found.facts)
    }
  }
  return facts
}

function settingsFacts(files: readonly string[], build: NotedBuild): readonly SourceFact[] | undefined {
  const facts: SourceFact[] = []
  for (const folder of foldersAbove([...files.map(dirname), build.directory])) {
    if (PLUG_AND_PLAY.some((name) => placeFact(join(folder, name)).value !== null)) return undefined
    facts.push(...PLUG_AND_PLAY.map((name) => placeFact(join(folder, name))))
    for (const name of SETTINGS) {
      const fact = textFact(join(folder, name))
      if (fact.value !== null && !isSettled(fact.path, fact.value, build.startedMs)) return undefined
      facts.push(fact)
    }
  }
  return facts
}

function isSettled(path: string, text: string, startedMs: number): boolean {
  return statSync(path).ctimeMs < startedMs && !FAR_REACHING.test(text)
}

function foldersAbove(folders: readonly string[]): Set<string> {
  const all = new Set<string>()
  for (const folder of folders) {
    for (let one = folder; !all.has(one); one = dirname(one)) all.add(one)
  }
  return all
}

/** A module that stands for this package's own API. */
function isOfFts(path: string): boolean {
  return path.startsWith('fts:')
}

function isPath(original: string | undefined): original is string {
  return original !== undefined && (/^\.\.?(?:\/|$)/.test(original) || isAbsolute(original))
}

/** Packages are imported by URL, and required by path. */
function pathOf(outside: string): string {
  return outside.startsWith('file:') ? fileURLToPath(outside) : outside
}

function unique(facts: readonly SourceFact[]): readonly SourceFact[] {
  return [...new Map(facts.map((fact) => [`${fact.kind}\0${fact.path}`, fact])).values()]
}
