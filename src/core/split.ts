/** A piece of a source's input, as data. Bytes in [start, end) of a file; a split owns the lines that start in it.
 *
 * `journal`: the input cannot be read twice; it is read from a journal in this folder, which somebody keeps who outlives the subtask.
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
    }
  | {readonly kind: 'stdin'; readonly splitId: number; readonly journal?: string}
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
    }
  /** One of the pieces into which a program's own source divided its input. */
  | {readonly kind: 'program'; readonly splitId: number; readonly data: unknown}
