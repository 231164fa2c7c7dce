import type {OperatorFactory} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {TextSource, type TextSourceConfig} from './text-source.js'

/** `source.text`, see TextSourceConfig for its config. */
export function textSourceFactory(timers: Timers): readonly [string, OperatorFactory] {
  return ['source.text', (config) => ({kind: 'source', source: new TextSource(config as TextSourceConfig, timers)})]
}
