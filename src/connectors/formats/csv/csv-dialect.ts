/** The bytes of a CSV dialect, resolved from CsvReadOptions. -1 where there is no such character. */
export interface CsvDialect {
  readonly delimiter: Uint8Array
  readonly quote: number
  readonly escape: number
  readonly comment: number
  readonly ltrim: boolean
  readonly rtrim: boolean
}

export const LF = 0x0a
export const CR = 0x0d
