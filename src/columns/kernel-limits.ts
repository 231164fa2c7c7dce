import {FtsError} from '../core/index.js'

/** The least limit of a word table: smaller ones are raised to it, so that a table can always hold something. */
export const WORD_TABLE_LIMIT_BYTES_MIN = 256 * 1024

/** A word that an empty table of this limit cannot hold: flushing would not help, so the job ends with a sentence. */
export function wordTooLong(wordBytes: number, limitBytes: number): FtsError {
  return new FtsError(
    'user',
    'FTS_WORD_TOO_LONG',
    `a word of ${wordBytes} bytes does not fit into an empty word table of ${limitBytes} bytes`,
    {wordBytes, limitBytes},
    {
      tryThis:
        'Raise taskmanager.memory.flink.size, or check whether the input is text: it has a very long run without white space.',
    },
  )
}
