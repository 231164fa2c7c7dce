import type {Readable} from 'node:stream'
import split2 from 'split2'

const LINE_CHARACTERS_MAX = 64 * 1024

/** Calls `line` for each line of a child's stderr. One that is longer than 65,536 characters is left out. */
export function onStderrLines(stderr: Readable | null, line: (text: string) => void): void {
  stderr?.pipe(split2({maxLength: LINE_CHARACTERS_MAX, skipOverflow: true} as object)).on('data', line)
}
