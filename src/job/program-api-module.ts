import {dirname} from 'node:path'
import type {Plugin} from 'esbuild'
import {program} from '../api/index.js'
import {pipeLanguage} from '../pipe/index.js'

/** What programs may import of this package: each is an object of the process that loads them, kept under a symbol of this name. */
const MODULES: Readonly<Record<string, object>> = {fts: program, 'fts/pipe': pipeLanguage}

/** Offers this process's own API to the programs that it loads. */
export function publishProgramApi(): void {
  for (const [name, api] of Object.entries(MODULES)) (globalThis as {[key: symbol]: object})[Symbol.for(name)] = api
}

/** All names that programs may import. */
export function programApiNames(): readonly string[] {
  return Object.values(MODULES).flatMap(Object.keys)
}

const FTS = {path: 'fts', namespace: 'fts'}
const LOOKING = Symbol('where does it lead')

/** `import … from 'fts'` in a program, or from its front door by path: the names are written out, so that a wrong one is found when bundling. */
export function programApiModule(packageRoot: string): Plugin {
  return {
    name: 'fts',
    setup(build) {
      build.onResolve({filter: /^fts(\/pipe)?$/}, ({path}) => ({path, namespace: 'fts'}))
      build.onResolve({filter: /src\/index(\.[jt]s)?$/}, async ({path, importer, resolveDir, kind, pluginData}) => {
        if (pluginData === LOOKING || kind === 'entry-point') return undefined
        const found = await build.resolve(path, {importer, resolveDir, kind, pluginData: LOOKING})
        return isFrontDoor(found.path, packageRoot) ? FTS : undefined
      })
      build.onLoad({filter: /.*/, namespace: 'fts'}, ({path}) => ({
        contents: `export const {${Object.keys(MODULES[path]).join(', ')}} = globalThis[Symbol.for('${path}')]`,
      }))
    },
  }
}

/** Whether a file is src/index.ts of this package, or what was compiled of it. */
function isFrontDoor(path: string, packageRoot: string): boolean {
  return /\/src\/index\.[jt]s$/.test(path) && dirname(path).replace(/(\/dist)?\/src$/, '') === packageRoot
}
