/** A piece of a source's input, as data. Bytes in [start, end) of a file; a split owns the lines that start in it. */
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
    }
  | {readonly kind: 'stdin'; readonly splitId: number}
  | {readonly kind: 'socket'; readonly splitId: number; readonly host: string; readonly port: number}
  /** One of the pieces into which a program's own source divided its input. */
  | {readonly kind: 'program'; readonly splitId: number; readonly data: unknown}
