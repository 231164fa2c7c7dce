import type {Timers} from '../../../platform/index.js'
import type {Source, SourceReader, SourceReaderContext} from '../../program/source.js'
import type {SocketOptions} from '../socket-reader.js'
import {ConnectedText} from './connected-text.js'
import type {DelimitedTextOptions} from './delimited-text.js'
import {ListeningText} from './listening-text.js'

export interface SocketTextSettings extends SocketOptions, Omit<DelimitedTextOptions, 'what'> {
  /** Waits for clients instead of connecting to a server. */
  readonly listens: boolean
}

/** Records of text over TCP, in one subtask, as a source like a program's own. */
export class SocketTextSource implements Source<string, null> {
  readonly bounded = false

  constructor(
    private readonly settings: SocketTextSettings,
    private readonly timers: Timers,
  ) {}

  splits(): readonly null[] {
    return [null]
  }

  read(_split: null, context: SourceReaderContext): SourceReader<string> {
    const {settings, timers} = this
    if (settings.listens) return new ListeningText(settings, context)
    return new ConnectedText(settings, {timers, wake: () => context.wake()})
  }
}
