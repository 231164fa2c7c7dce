import {promises} from 'node:fs'
import {dirname, extname} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Loader, Plugin} from 'esbuild'

const PLACE = /\bimport\.meta\.(?:url|filename|dirname)\b|(?<![\w$.])__(?:filename|dirname)\b/g

/** A program that looks for files beside itself finds them beside its source, not beside the bundle. */
export const ownPlaces: Plugin = {
  name: 'files know where they are',
  setup(build) {
    build.onLoad({filter: /\.[cm]?[jt]sx?$/, namespace: 'file'}, async ({path}) => {
      const text = await promises.readFile(path, 'utf8')
      if (text.search(PLACE) < 0) return undefined
      const values: Readonly<Record<string, string>> = {
        url: pathToFileURL(path).href,
        filename: path,
        dirname: dirname(path),
      }
      const contents = text.replace(PLACE, (place) => JSON.stringify(values[/url|filename|dirname/.exec(place)![0]]))
      return {contents, loader: loaderOf(path)}
    })
  },
}

/** `.mts` and `.cts` are TypeScript, `.mjs` and `.cjs` JavaScript. */
function loaderOf(path: string): Loader {
  return extname(path).replace(/^\.[cm]?/, '') as Loader
}
