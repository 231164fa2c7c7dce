import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {END_FILE, JOURNAL_VERSION, segmentPath} from './journal-files.js'

/** The journal of an input that has ended and gave these bytes: for simulations, which have no input to listen to. */
export function writeWholeJournal(folder: string, bytes: Uint8Array): void {
  mkdirSync(folder, {recursive: true})
  if (bytes.length > 0) writeFileSync(segmentPath(folder, 0), bytes)
  writeFileSync(join(folder, END_FILE), JSON.stringify({v: JOURNAL_VERSION, totalBytes: bytes.length}))
}
