import type {Split} from '../../core/index.js'
import type {Timers} from '../../platform/index.js'
import {openInput} from '../sources/open-split.js'
import {JournalWriter} from './journal-writer.js'

export interface JournalInputOptions {
  readonly folder: string
  /** On disk at most, see JournalWriter. */
  readonly maxBytes: number
  /** Of a record that a client sends. */
  readonly maxLineBytes: number
  readonly socketMaxRetries: number
  readonly socketRetryDelayMs: number
  readonly timers: Timers
}

/** Keeps the journal of a split's own input until it ends or is closed. Errors of the input reach whoever reads the journal. */
export function journalInput(split: Split, options: JournalInputOptions): {close(): void} {
  return new JournalWriter({...options, open: (wake) => openInput(split, {...options, wake})})
}
