import {FtsError} from '../src/core/index.js'
import type {JobBundle} from '../src/job/index.js'

/** How a program is called: by the export that was asked for, if one was. Before anything runs. Errors: `user` FTS_NO_ENTRY. */
export function entryOf({exports, entryPath}: JobBundle, entry: string | undefined): {readonly entryFunction?: string} {
  if (entry === undefined) return {}
  if (exports.includes(entry)) return {entryFunction: entry}
  const tryThis = exports.length === 0 ? 'It exports nothing.' : `It exports ${exports.join(', ')}.`
  const message = `${entryPath} exports no function "${entry}"`
  throw new FtsError('user', 'FTS_NO_ENTRY', message, {entryPath, entry}, {tryThis})
}

/** A program that ran no job. */
export function didNotExecute(file: string): FtsError {
  return new FtsError(
    'user',
    'FTS_NO_EXECUTE',
    `${file} ended without running a job: it never called execute()`,
    {file},
    {tryThis: 'End the program with: await env.execute()'},
  )
}

/** A command without its program. */
export function noProgram(command: 'run' | 'info' | 'prove'): FtsError {
  const what = {run: 'run', info: 'looked at', prove: 'proven'}[command]
  const tryThis = `Name its file: fts ${command} job.ts`
  return new FtsError('user', 'FTS_WRONG_USE', `which program shall be ${what}?`, {}, {tryThis})
}
