import {dirname, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {FtsError} from '../core/index.js'

/** What a program threw, with the line of the program that it came from. */
export function programError(thrown: unknown, entryPath: string): FtsError {
  if (thrown instanceof FtsError && thrown.kind !== 'user') return thrown
  const place = thrown instanceof Error ? placeIn(thrown.stack, dirname(entryPath)) : undefined
  if (thrown instanceof FtsError) return place === undefined ? thrown : at(place, thrown)
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const error = new FtsError(
    'user',
    'FTS_PROGRAM_FAILED',
    `${place ?? relative(process.cwd(), entryPath)}: the program threw ${what}`,
    {entryPath},
    {cause: thrown, tryThis: 'Run it with --verbose for the stack.'},
  )
  return error
}

function at(place: string, error: FtsError): FtsError {
  const {kind, code, message, details, tryThis, cause, stack} = error
  if (message.startsWith(place)) return error
  const located = new FtsError(kind, code, `${place}: ${message}`, details, {
    cause,
    ...(tryThis === undefined ? {} : {tryThis}),
  })
  if (stack !== undefined) located.stack = stack
  return located
}

/** `job.ts:12:5`: the first frame of a stack that is in the program's folder. */
function placeIn(stack: string | undefined, directory: string): string | undefined {
  for (const [, file, place] of (stack ?? '').matchAll(/((?:file:\/\/)?\/[^\s()]*?):(\d+:\d+)/g)) {
    const path = file.startsWith('file://') ? fileURLToPath(file) : file
    if (path.startsWith(`${directory}/`) && !path.includes('/node_modules/'))
      return `${relative(directory, path)}:${place}`
  }
  return undefined
}
