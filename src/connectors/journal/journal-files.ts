import {join} from 'node:path'
import type {ErrorData} from '../../core/index.js'

/**
 * The files of a journal, which keeps what was read of an input that cannot be read twice. All in one folder:
 *
 *   <offset of its first byte, 16 digits>.journal     segments, one after the other without a gap; the last one grows
 *   end.json                                          {"v":1,"totalBytes":n}, or {"v":1,"totalBytes":n,"error":<ErrorData>}
 *
 * The writer makes segments and the end, the reader removes segments that no checkpoint needs any more. An end with an error that may pass
 * (`restartable`) is removed by the next reader: then the writer opens the input again.
 */
const SEGMENT = /^(\d{16})\.journal$/
export const END_FILE = 'end.json'
export const JOURNAL_VERSION = 1

export interface JournalEnd {
  readonly totalBytes: number
  readonly error?: ErrorData
}

/** Of an input that broke, and may be opened again. */
export function isWorthAnotherTry({error}: JournalEnd): boolean {
  return error?.kind === 'restartable'
}

export function segmentPath(folder: string, offset: number): string {
  return join(folder, `${String(offset).padStart(16, '0')}.journal`)
}

/** The offset of a segment's first byte; undefined for other files. */
export function segmentOffset(name: string): number | undefined {
  const digits = SEGMENT.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
