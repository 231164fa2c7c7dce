import {cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {ROOT} from './repository.js'

/** What a mistake in our own code does when it is reached. */
export const MISTAKE = 'nothingOfThatName'

/**
 * A copy of the built fts in which the code of a bundle has a mistake: right behind `after`, which must be there, `code` is put.
 * Answers its root, for `FtsOptions.root`.
 */
export function brokenFts(
  folder: string,
  {bundle, after, code = `${MISTAKE}();`}: {readonly bundle: string; readonly after: string; readonly code?: string},
): string {
  const bundles = join(folder, 'dist/bundle')
  mkdirSync(bundles, {recursive: true})
  for (const name of ['bin', 'package.json']) cpSync(join(ROOT, name), join(folder, name), {recursive: true})
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const name of readdirSync(join(ROOT, 'dist/bundle')).filter((one) => !one.endsWith('.cache')))
    writeFileSync(join(bundles, name), name === bundle ? withMistake(name, after, code) : built(name))
  return folder
}

function withMistake(name: string, after: string, code: string): string {
  const [before, ...rest] = built(name).split(after)
  if (rest.length === 0) throw new Error(`${name} has no ${after}`)
  return `${before}${after}${code}${rest.join(after)}`
}

function built(name: string): string {
  return readFileSync(join(ROOT, 'dist/bundle', name), 'utf8')
}
