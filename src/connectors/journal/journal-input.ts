import type {Split} from '../../core/index.js'
import type {Timers} from '../../platform/index.js'
import {nameOfInput, openInput} from '../sources/open-split.js'
import type {SplitReader} from '../sources/split-reader.js'
import {JournalWriter, type ReadBefore} from './journal-writer.js'

export interface JournalInputOptions {
  readonly folder: string
  /** On disk at most, see JournalWriter. */
  readonly maxBytes: number
  /** Of a record that a client sends. */
  readonly maxLineBytes: number
  readonly socketMaxRetries: number
  readonly socketRetryDelayMs: number
  readonly timers: Timers
  /** A sentence for the user. */
  said(sentence: string): void
}

/** Keeps the journal of a split's own input until it ends or is closed. Errors of the input reach whoever reads the journal. */
export function journalInput(split: Split, options: JournalInputOptions): {close(): void} {
  let isFirst = true
  return new JournalWriter({
    ...options,
    open: (wake, before): SplitReader => {
      if (isFirst && before.byteCount > 0) options.said(whereItGoesOn(nameOfInput(split), before))
      isFirst = false
      return openInput(split, {...options, wake})
    },
  })
}

function whereItGoesOn(name: string, {byteCount, isKept}: ReadBefore): string {
  if (!isKept)
    return `${name} is taken to go on behind byte ${byteCount}: if the earlier run has read more of it, that is not kept any more`
  return `${name} is taken to go on behind byte ${byteCount}, up to which the earlier run has read it`
}
