import type {Message} from 'esbuild'
import {program} from '../api/index.js'
import {nearestKey} from '../config/index.js'
import {FtsError} from '../core/index.js'

/** What esbuild found wrong in a program, with the line and a caret below the place. */
export function buildError(message: Message, directory: string): FtsError {
  const {text, location} = message
  const {code, what, tryThis} = meaningOf(text, directory)
  const place = {file: location?.file ?? '', line: location?.line ?? 0, column: location?.column ?? 0}
  const details = location === null ? place : {...place, excerpt: excerptAt(location)}
  const where = location === null ? '' : `${location.file}:${location.line}:${location.column + 1}: `
  const options = tryThis === undefined ? {} : {tryThis}
  return new FtsError('user', code, `${where}${what}`, details, options)
}

interface Meaning {
  readonly code: string
  readonly what: string
  readonly tryThis?: string
}

function meaningOf(text: string, directory: string): Meaning {
  const noExport = /^No matching export in "fts:fts" for import "(.+)"/.exec(text)
  if (noExport !== null) return notInFts(noExport[1])
  const noModule = /^Could not resolve "(.+)"/.exec(text)
  if (noModule !== null) return noSuchModule(noModule[1], directory)
  return {code: 'FTS_JOB_SYNTAX', what: text.charAt(0).toLowerCase() + text.slice(1)}
}

function notInFts(name: string): Meaning {
  const nearest = nearestKey(name, Object.keys(program))
  const tryThis =
    nearest === undefined ? 'A name that is only a type is imported with "import type".' : `Did you mean "${nearest}"?`
  return {code: 'FTS_JOB_MODULE', what: `there is no "${name}" in "fts"`, tryThis}
}

function noSuchModule(name: string, directory: string): Meaning {
  const isFile = name.startsWith('.') || name.startsWith('/')
  const what = isFile ? `cannot find the file "${name}"` : `cannot find the package "${name}"`
  const tryThis = isFile ? 'Check the path.' : `Install it where the program is: cd ${directory} && npm install ${name}`
  return {code: 'FTS_JOB_MODULE', what, tryThis}
}

/** The line, and a caret below the place. */
function excerptAt({line, column, length, lineText}: NonNullable<Message['location']>): string {
  const margin = `${line} │ `
  const caret = '^'.repeat(Math.max(1, Math.min(length, lineText.length - column)))
  return `${margin}${lineText}\n${' '.repeat(margin.length + column)}${caret}`
}
