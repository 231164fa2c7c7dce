import {statSync} from 'node:fs'
import {join} from 'node:path'
import {placeFact, type SourceFact} from './source-fact.js'

/** What esbuild tries behind a name, in its order. */
const ADDED = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json']

/** TypeScript is imported by the name of what it is compiled to. */
const WRITTEN_FOR: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
}

/** Why an import leads to a file: `found` is its real path. */
export interface ModuleFacts {
  readonly found: string
  readonly facts: readonly SourceFact[]
}

/**
 * What an import of `path` (absolute, as it is written, with or without an ending) finds, and the facts that make it so: the places that come
 * before it have nothing, and it is there. Undefined where it finds nothing by these rules, which are those of esbuild without the rare ones.
 */
export function moduleFacts(path: string): ModuleFacts | undefined {
  const facts: SourceFact[] = []
  for (const candidate of candidatesOf(path)) {
    const fact = placeFact(candidate)
    facts.push(fact)
    if (fact.value === null || !statSync(candidate).isFile()) continue
    // A folder's package.json may name another file.
    return candidate === join(path, 'package.json') ? undefined : {found: fact.value, facts}
  }
  return undefined
}

function candidatesOf(path: string): string[] {
  const ending = /\.[cm]?jsx?$/.exec(path)?.[0] ?? ''
  const stem = path.slice(0, path.length - ending.length)
  return [
    path,
    ...ADDED.map((added) => path + added),
    ...(WRITTEN_FOR[ending] ?? []).map((written) => stem + written),
    join(path, 'package.json'),
    ...ADDED.map((added) => join(path, `index${added}`)),
  ]
}
