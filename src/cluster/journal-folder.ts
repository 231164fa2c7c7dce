import {constants, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {JOURNAL_START_FILE} from '../core/index.js'

/** What was read; not how it ended: whoever inherits a journal reads on. */
const SEGMENT = /\.journal$/

/**
 * Makes the folder of a journal, which may be there from a command before. `inherits`: an earlier run has begun to read the input, and its journal may be
 * in one of these folders, which stay as they are. The reader then says where the journal begins (JOURNAL_START_FILE).
 */
export function makeJournalFolder(folder: string, inherits?: readonly string[]): void {
  if (hasSegments(folder)) return
  if (inherits === undefined) mkdirSync(folder, {recursive: true, mode: 0o700})
  else copyJournal(inherits.find(hasSegments), folder, {asksForStart: true})
}

/** The journal as it is now, in a new folder; of none: an empty one. */
export function copyJournal(
  from: string | undefined,
  to: string,
  {asksForStart = false}: {readonly asksForStart?: boolean} = {},
): void {
  const part = `${to}.part`
  rmSync(part, {recursive: true, force: true})
  mkdirSync(part, {recursive: true, mode: 0o700})
  const names = from === undefined ? [] : readdirSync(from).filter((name) => SEGMENT.test(name))
  // Not a second name: the earlier run may still write.
  for (const name of names) copyFileSync(join(from!, name), join(part, name), constants.COPYFILE_FICLONE)
  if (asksForStart) writeFileSync(join(part, JOURNAL_START_FILE), '')
  rmSync(to, {recursive: true, force: true})
  renameSync(part, to)
}

function hasSegments(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => SEGMENT.test(name))
  } catch {
    return false
  }
}
