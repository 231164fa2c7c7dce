import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {type ModuleFacts, moduleFacts} from './module-facts.js'
import {placeFact, type SourceFact, textFactOf} from './source-fact.js'

/** An import of a package, and where it led. */
export interface PackageImport {
  readonly name: string
  /** The folder of the file that imports it. */
  readonly from: string
  readonly found: string
}

/**
 * What makes an import of a package lead to where it does: no nearer `node_modules` has the package, this one has, its package.json says so. Undefined
 * where it led somewhere else than that explains.
 */
export function packageFacts({name, from, found}: PackageImport): readonly SourceFact[] | undefined {
  const [packageName, inside] = parts(name)
  const facts: SourceFact[] = []
  for (let folder = from; ; folder = dirname(folder)) {
    const home = placeFact(join(folder, 'node_modules', packageName))
    facts.push(home)
    if (home.value !== null) {
      const rest = factsInside({home: home.value, inside, found})
      return rest === undefined ? undefined : [...facts, ...rest]
    }
    if (dirname(folder) === folder) return undefined
  }
}

/** `@scope/name/a/b` is `a/b` of `@scope/name`. */
function parts(name: string): [string, string] {
  const packageName = /^(@[^/]+\/)?[^/]+/.exec(name)![0]
  return [packageName, name.slice(packageName.length + 1)]
}

interface Inside {
  /** The package's folder. */
  readonly home: string
  readonly inside: string
  readonly found: string
}

function factsInside({home, inside, found}: Inside): readonly SourceFact[] | undefined {
  const path = join(home, 'package.json')
  const text = readFileSync(path)
  const {exports, main} = JSON.parse(text.toString()) as {readonly exports?: unknown; readonly main?: string}
  const own = textFactOf(path, text)
  // With `exports` nothing is tried: the file is the one that is written there.
  if (exports !== undefined) return found.startsWith(join(home, '/')) ? [own, placeFact(found)] : undefined
  const module: ModuleFacts | undefined = moduleFacts(join(home, inside === '' ? (main ?? 'index') : inside))
  return module?.found === found ? [own, ...module.facts] : undefined
}
