import {cannotBeReadTwice, FtsError, type Split, unreachable} from '../../core/index.js'
import type {Timers} from '../../platform/index.js'
import {JournalReader} from '../journal/journal-reader.js'
import {openCompressedFile} from './compressed-file.js'
import {FileRangeReader} from './file-range-reader.js'
import {RestThenInput} from './rest-then-input.js'
import {openListener} from './socket/open-listener.js'
import {openSocket} from './socket-reader.js'
import type {SplitReader} from './split-reader.js'
import {openStandardInput} from './standard-input.js'
import {openStreamFile} from './stream-file.js'

export interface OpenSplitOptions {
  /** Of a record that a client sends. */
  readonly maxLineBytes: number
  readonly socketMaxRetries: number
  readonly socketRetryDelayMs: number
  readonly timers: Timers
  /** The `offset` of another reader of this split: goes on there. */
  readonly resumeAt?: number
  /** The same for readers that have a `position`. */
  readonly resumePosition?: unknown
  wake(): void
}

/** The reader of a split of text. */
export function openSplit(split: Split, options: OpenSplitOptions): SplitReader {
  const journal = split.kind === 'program' ? undefined : split.journal
  if (journal === undefined) return openInput(split, freshly(split, options))
  if (split.kind !== 'program' && split.thenInput === true) return openRest(split, journal, options)
  return new JournalReader({folder: journal, what: nameOfInput(split), ...options})
}

/** The reader of a split's own input, whether or not somebody keeps a journal of it. */
export function openInput(split: Split, options: OpenSplitOptions): SplitReader {
  switch (split.kind) {
    case 'file':
      if (split.compression !== 'none')
        return openCompressedFile(split.path, split.compression, {skipBytes: options.resumeAt ?? 0, wake: options.wake})
      return split.isStream === true
        ? openStreamFile(split.path, options.wake)
        : new FileRangeReader(resumedAt(split, options))
    case 'stdin':
      return openStandardInput(options.wake)
    case 'socket':
      return split.listens === true ? openListener(listened(split, options), options.wake) : connected(split, options)
    case 'program':
      throw new FtsError('invariant', 'FTS_INVARIANT', 'a source of lines gets splits of text')
    default:
      return unreachable(split)
  }
}

type SocketSplit = Extract<Split, {kind: 'socket'}>

function listened({host, port, delimiter = '\n'}: SocketSplit, {maxLineBytes}: OpenSplitOptions) {
  return {host, port, delimiter, maxRecordBytes: maxLineBytes}
}

function connected(split: SocketSplit, options: OpenSplitOptions): SplitReader {
  const {host, port, maxRetries = options.socketMaxRetries, retryDelayMs = options.socketRetryDelayMs} = split
  return openSocket({host, port, maxRetries, retryDelayMs}, options.timers, options.wake)
}

function resumedAt(range: Extract<Split, {kind: 'file'}>, {resumeAt}: OpenSplitOptions) {
  return resumeAt === undefined ? range : {...range, resumeAt}
}

/** Nobody has kept what was read of it before: it gives what follows. */
function freshly(split: Split, options: OpenSplitOptions): OpenSplitOptions {
  if (!cannotBeReadTwice(split)) return options
  const {resumeAt: _read, ...fresh} = options
  return fresh
}

/** What an earlier run has kept, then the input itself, of which nobody keeps a journal in this run. */
function openRest(split: Split, journal: string, options: OpenSplitOptions): SplitReader {
  const rest = new JournalReader({folder: journal, what: nameOfInput(split), ...options, isLeft: true})
  return new RestThenInput(rest, () => openInput(split, freshly(split, options)))
}

/** For messages. */
export function nameOfInput(split: Split): string {
  if (split.kind === 'file') return split.path
  return split.kind === 'socket' ? `${split.host}:${split.port}` : 'standard input'
}
