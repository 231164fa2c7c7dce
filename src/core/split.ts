/** A piece of a source's input, as data. Bytes in [start, end) of a file; a split owns the lines that start in it.
 *
 * `journal`: the input cannot be read twice; it is read from a journal in this folder, which somebody keeps who outlives the subtask.
 * `thenInput`: that journal is of an earlier run; when it is at its end, the input itself is read on.
 */
export type Split =
  | {
      readonly kind: 'file'
      readonly splitId: number
      readonly path: string
      readonly startByte: number
      readonly endByte: number
      readonly fileSizeBytes: number
      readonly compression: 'none' | 'gzip' | 'zstd'
      /** A named pipe, a device, a file that does not tell its size: it is read to its end, whatever the range says. */
      readonly isStream?: true
      readonly journal?: string
      readonly thenInput?: true
    }
  | {readonly kind: 'stdin'; readonly splitId: number; readonly journal?: string; readonly thenInput?: true}
  | {
      readonly kind: 'socket'
      readonly splitId: number
      readonly host: string
      readonly port: number
      /** Clients connect to this address, any number of them, instead of us to a server. */
      readonly listens?: true
      /** What ends a record; default: a line end. */
      readonly delimiter?: string
      /** Default: those of the configuration. */
      readonly maxRetries?: number
      readonly retryDelayMs?: number
      readonly journal?: string
      readonly thenInput?: true
    }
  /** One of the pieces into which a program's own source divided its input. */
  | {readonly kind: 'program'; readonly splitId: number; readonly data: unknown}

/** A split of an input that is gone once it is read. */
export type StreamSplit = Exclude<Split, {kind: 'program'}>

export function cannotBeReadTwice(split: Split): split is StreamSplit {
  return split.kind === 'stdin' || split.kind === 'socket' || (split.kind === 'file' && split.isStream === true)
}

/** Where the journal of a source's split lies among what a job's tasks own; the operator is the head of its vertex. */
export function journalFolder(ownedFolder: string, headOperatorId: string, splitId: number): string {
  return `${ownedFolder}/journal-${headOperatorId}-${splitId}`
}

/** In the folder of a journal that goes on with an earlier one: nothing is read until the reader has said where it begins, and removed this. */
export const JOURNAL_START_FILE = 'start'
