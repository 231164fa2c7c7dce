import type {Plugin} from 'esbuild'
import {program} from '../api/index.js'

/** Where a process keeps the API object that programs loaded into it use. */
const PROGRAM_API = Symbol.for('fts.api')

/** Offers this process's own API to the programs that it loads. */
export function publishProgramApi(): void {
  ;(globalThis as {[PROGRAM_API]?: typeof program})[PROGRAM_API] = program
}

/** `import … from 'fts'` in a program: the names are written out, so that a wrong one is found when bundling. */
export const programApiModule: Plugin = {
  name: 'fts',
  setup(build) {
    build.onResolve({filter: /^fts$/}, () => ({path: 'fts', namespace: 'fts'}))
    build.onLoad({filter: /.*/, namespace: 'fts'}, () => ({
      contents: `export const {${Object.keys(program).join(', ')}} = globalThis[Symbol.for('fts.api')]`,
    }))
  },
}
