import {promises} from 'node:fs'
import {dirname} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Plugin} from 'esbuild'
import type {SourceNotes} from './source-notes.js'

const PLACE = /\bimport\.meta\.(?:url|filename|dirname)\b|(?<![\w$.])__(?:filename|dirname)\b/g

/** A program that looks for files beside itself finds them beside its source, not beside the bundle. What is loaded is noted. */
export const ownPlaces = (notes: SourceNotes): Plugin => ({
  name: 'files know where they are',
  setup(build) {
    build.onLoad({filter: /.*/, namespace: 'file'}, async ({path, with: attributes}) => {
      if (Object.keys(attributes).length > 0) return undefined
      const bytes = await promises.readFile(path)
      notes.loaded(path, bytes)
      return {contents: /\.[cm]?[jt]sx?$/.test(path) ? withPlaces(path, bytes) : bytes, loader: 'default'}
    })
  },
})

function withPlaces(path: string, bytes: Buffer): string | Uint8Array {
  const text = bytes.toString()
  if (text.search(PLACE) < 0) return bytes
  const values: Readonly<Record<string, string>> = {
    url: pathToFileURL(path).href,
    filename: path,
    dirname: dirname(path),
  }
  return text.replace(PLACE, (place) => JSON.stringify(values[/url|filename|dirname/.exec(place)![0]]))
}
