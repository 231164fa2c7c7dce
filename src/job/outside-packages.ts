import {extname} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Plugin} from 'esbuild'
import type {SourceNotes} from './source-notes.js'

const OURS = Symbol('resolved by us')

/**
 * Packages stay outside of the bundle and are imported from where the job's own folder finds them: they may have native parts
 * or files of their own. A package that is TypeScript (a neighbour in a workspace) is bundled like the job's own files.
 */
export const outsidePackages = (notes: SourceNotes): Plugin => ({
  name: 'packages stay outside',
  setup(build) {
    build.onResolve({filter: /^[^./]/}, async ({path, importer, resolveDir, kind, pluginData}) => {
      if (pluginData === OURS || kind === 'entry-point' || path.startsWith('node:')) return undefined
      const found = await build.resolve(path, {importer, resolveDir, kind, pluginData: OURS})
      // What is wrong esbuild says itself, with the place.
      if (found.errors.length > 0 || found.external || found.namespace !== 'file') return undefined
      if (!found.path.includes('/node_modules/') || /^\.[cm]?tsx?$/.test(extname(found.path))) return undefined
      notes.imported({name: path, from: resolveDir, found: found.path})
      // In a require() call a path is wanted, in an import a URL.
      return {path: kind === 'require-call' ? found.path : pathToFileURL(found.path).href, external: true}
    })
  },
})
