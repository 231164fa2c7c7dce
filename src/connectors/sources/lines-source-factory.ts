import {ConfigReader, type OperatorFactory} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {LinesSource} from './lines-source.js'

/** About a thousand records: what is made of a block is one batch, and its objects die young. Measured, see the README. */
const BLOCK_SIZE_BYTES = 64 * 1024
const MAX_LINE_BYTES = 16 * 1024 * 1024
/** As Flink's socketTextStream. */
const SOCKET_RETRY_DELAY_MS = 500

/** `source.lines`, see LinesSourceConfig for its config, all of which has defaults. */
export function linesSourceFactory(timers: Timers): readonly [string, OperatorFactory] {
  return ['source.lines', (config) => ({kind: 'source', source: linesSource(config, timers)})]
}

function linesSource(config: unknown, timers: Timers): LinesSource {
  const reader = new ConfigReader('source.lines', config)
  return new LinesSource(
    {
      blockSizeBytes: reader.optionalInteger('blockSizeBytes', 16) ?? BLOCK_SIZE_BYTES,
      maxLineBytes: reader.optionalInteger('maxLineBytes', 1) ?? MAX_LINE_BYTES,
      socketMaxRetries: reader.optionalInteger('socketMaxRetries', -1) ?? 0,
      socketRetryDelayMs: reader.optionalInteger('socketRetryDelayMs', 0) ?? SOCKET_RETRY_DELAY_MS,
    },
    timers,
  )
}
