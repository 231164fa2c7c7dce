import {FtsError, type Split, unreachable} from '../../core/index.js'
import type {Timers} from '../../platform/index.js'
import {openCompressedFile} from './compressed-file.js'
import {FileRangeReader} from './file-range-reader.js'
import {openSocket} from './socket-reader.js'
import type {SplitReader} from './split-reader.js'
import {openStandardInput} from './standard-input.js'
import {openStreamFile} from './stream-file.js'

export interface OpenSplitOptions {
  readonly socketMaxRetries: number
  readonly socketRetryDelayMs: number
  readonly timers: Timers
  wake(): void
}

/** The reader of a split of text. */
export function openSplit(split: Split, options: OpenSplitOptions): SplitReader {
  switch (split.kind) {
    case 'file':
      if (split.compression !== 'none') return openCompressedFile(split.path, split.compression, options.wake)
      return split.isStream === true ? openStreamFile(split.path, options.wake) : new FileRangeReader(split)
    case 'stdin':
      return openStandardInput(options.wake)
    case 'socket': {
      const {socketMaxRetries: maxRetries, socketRetryDelayMs: retryDelayMs} = options
      return openSocket({host: split.host, port: split.port, maxRetries, retryDelayMs}, options.timers, options.wake)
    }
    case 'program':
      throw new FtsError('invariant', 'FTS_INVARIANT', 'a source of lines gets splits of text')
    default:
      return unreachable(split)
  }
}
