import {dirname, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {FtsError} from '../core/index.js'

/** What a program threw, with the line of the program that it came from. */
export function programError(thrown: unknown, entryPath: string): FtsError {
  if (thrown instanceof FtsError) return locatedError(thrown, entryPath)
  const place = placeIn(thrown, dirname(entryPath)) ?? relative(process.cwd(), entryPath)
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new FtsError(
    'user',
    'FTS_PROGRAM_FAILED',
    `${place}: the program threw ${what}`,
    {entryPath},
    {cause: thrown, tryThis: 'Run it with --verbose for the stack.'},
  )
}

/** The error with the first line of the program that is in its stack, or in that of a cause, before its message. */
export function locatedError(error: FtsError, entryPath: string): FtsError {
  const {kind, code, message, details, tryThis, cause, stack} = error
  const place = placeIn(error, dirname(entryPath))
  if (place === undefined || message.includes(place)) return error
  const located = new FtsError(kind, code, `${place}: ${message}`, details, {
    cause,
    ...(tryThis === undefined ? {} : {tryThis}),
  })
  if (stack !== undefined) located.stack = stack
  return located
}

/** `job.ts:12:5`: the innermost cause that has a frame in the program's folder. */
function placeIn(thrown: unknown, directory: string): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  return placeIn(thrown.cause, directory) ?? frameIn(thrown.stack, directory)
}

function frameIn(stack: string | undefined, directory: string): string | undefined {
  for (const [, file, place] of (stack ?? '').matchAll(/((?:file:\/\/)?\/[^\s()]*?):(\d+:\d+)/g)) {
    const path = file.startsWith('file://') ? fileURLToPath(file) : file
    if (path.startsWith(`${directory}/`) && !path.includes('/node_modules/'))
      return `${relative(directory, path)}:${place}`
  }
  return undefined
}
