import {mkdirSync} from 'node:fs'
import {type Configuration, OPTIONS} from '../config/index.js'
import type {Split} from '../core/index.js'
import {NodeTimers} from '../platform/index.js'

/**
 * Keeps the journal of an input in this process, which outlives the TaskManagers. The folder is there when this returns; what reads inputs is
 * loaded then, because most jobs need no journal.
 */
export function keepJournal(split: Split, folder: string, config: Pick<Configuration, 'get'>): {close(): void} {
  mkdirSync(folder, {recursive: true, mode: 0o700})
  let journal: {close(): void} | undefined
  let isClosed = false
  void import('../connectors/index.js').then(({journalInput}) => {
    if (isClosed) return
    journal = journalInput(split, {
      folder,
      maxBytes: config.get(OPTIONS.journalMaxSize),
      maxLineBytes: config.get(OPTIONS.maxLineBytes),
      socketMaxRetries: config.get(OPTIONS.socketRetries),
      socketRetryDelayMs: config.get(OPTIONS.socketRetryDelay),
      timers: new NodeTimers(),
    })
  })
  return {
    close: () => {
      isClosed = true
      journal?.close()
    },
  }
}
