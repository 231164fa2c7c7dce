import {type Configuration, OPTIONS} from '../config/index.js'
import type {Split} from '../core/index.js'
import type {KeptJournal} from '../jobmanager/index.js'
import {type Log, NodeTimers} from '../platform/index.js'
import {copyJournal, makeJournalFolder} from './journal-folder.js'

export interface JournalRequest {
  readonly split: Split
  readonly folder: string
  /** See makeJournalFolder. */
  readonly inherits?: readonly string[]
}

/**
 * Keeps the journal of an input in this process, which outlives the TaskManagers. The folder is there when this returns; what reads inputs is
 * loaded then, because most jobs need no journal.
 */
export function keepJournal(
  {split, folder, inherits}: JournalRequest,
  {config, log}: {readonly config: Pick<Configuration, 'get'>; readonly log: Log},
): KeptJournal {
  makeJournalFolder(folder, inherits)
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
      said: (sentence) => log.write('notice', sentence),
    })
  })
  return {
    close: (restIn) => {
      isClosed = true
      journal?.close()
      if (restIn !== undefined) copyJournal(folder, restIn)
    },
  }
}
