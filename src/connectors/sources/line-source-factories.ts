import {ConfigReader, type OperatorFactory} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {FolderSource} from './folder/folder-source.js'
import {LinesSource, type LinesSourceConfig} from './lines-source.js'
import {TailSource} from './tail/tail-source.js'

const MAX_LINE_BYTES = 16 * 1024 * 1024
/** As Flink's socketTextStream. */
const SOCKET_RETRY_DELAY_MS = 500

/**
 * Sources of blocks of lines, by factory name. All take a LinesSourceConfig, each of whose keys has a default.
 *
 *   source.lines    splits of files, standard input, a socket
 *   source.tail     splits of kind `program`, data: TailSplit
 *   source.folder   splits of kind `program`, data: FolderSplit, one for each subtask
 */
export function lineSourceFactories(timers: Timers): readonly (readonly [string, OperatorFactory])[] {
  return [
    ['source.lines', (config) => ({kind: 'source', source: new LinesSource(configOf('source.lines', config), timers)})],
    ['source.tail', (config) => ({kind: 'source', source: new TailSource(configOf('source.tail', config), timers)})],
    [
      'source.folder',
      (config) => ({kind: 'source', source: new FolderSource(configOf('source.folder', config), timers)}),
    ],
  ]
}

function configOf(name: string, config: unknown): LinesSourceConfig {
  const reader = new ConfigReader(name, config)
  const blockSizeBytes = reader.optionalInteger('blockSizeBytes', 16)
  return {
    ...(blockSizeBytes === undefined ? {} : {blockSizeBytes}),
    maxLineBytes: reader.optionalInteger('maxLineBytes', 1) ?? MAX_LINE_BYTES,
    socketMaxRetries: reader.optionalInteger('socketMaxRetries', -1) ?? 0,
    socketRetryDelayMs: reader.optionalInteger('socketRetryDelayMs', 0) ?? SOCKET_RETRY_DELAY_MS,
  }
}
