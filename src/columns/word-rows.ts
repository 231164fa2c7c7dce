import type {Utf8Column} from './batch.js'

/** Rows of (word, count) as bare arrays, the form in which kernels and word operators pass them on. */
export interface WordRows {
  readonly words: Utf8Column
  readonly counts: Float64Array
  readonly rowCount: number
}
