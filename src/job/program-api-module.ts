import {dirname} from 'node:path'
import type {Plugin} from 'esbuild'
import {program} from '../api/index.js'

/** Where a process keeps the API object that programs loaded into it use. */
const PROGRAM_API = Symbol.for('fts.api')

/** Offers this process's own API to the programs that it loads. */
export function publishProgramApi(): void {
  ;(globalThis as {[PROGRAM_API]?: typeof program})[PROGRAM_API] = program
}

const FTS = {path: 'fts', namespace: 'fts'}
const LOOKING = Symbol('where does it lead')

/** `import … from 'fts'` in a program, or from its front door by path: the names are written out, so that a wrong one is found when bundling. */
export function programApiModule(packageRoot: string): Plugin {
  return {
    name: 'fts',
    setup(build) {
      build.onResolve({filter: /^fts$/}, () => FTS)
      build.onResolve({filter: /src\/index(\.[jt]s)?$/}, async ({path, importer, resolveDir, kind, pluginData}) => {
        if (pluginData === LOOKING || kind === 'entry-point') return undefined
        const found = await build.resolve(path, {importer, resolveDir, kind, pluginData: LOOKING})
        return isFrontDoor(found.path, packageRoot) ? FTS : undefined
      })
      build.onLoad({filter: /.*/, namespace: 'fts'}, () => ({
        contents: `export const {${Object.keys(program).join(', ')}} = globalThis[Symbol.for('fts.api')]`,
      }))
    },
  }
}

/** Whether a file is src/index.ts of this package, or what was compiled of it. */
function isFrontDoor(path: string, packageRoot: string): boolean {
  return /\/src\/index\.[jt]s$/.test(path) && dirname(path).replace(/(\/dist)?\/src$/, '') === packageRoot
}
