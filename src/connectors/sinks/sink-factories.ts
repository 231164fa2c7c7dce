import {ConfigReader, type OperatorFactory} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {BytesSink} from './bytes-sink.js'
import type {SinkTargetSpec} from './sink-target.js'

const PENDING_BYTES_MAX = 1024 * 1024
const TARGET_KINDS = ['stdout', 'stderr', 'file'] as const

/**
 * The sinks, by factory name.
 *
 *   sink.bytes   {target: {kind: 'stdout' | 'stderr'} | {kind: 'file', path}, header?, pendingBytesMax?}
 */
export function sinkFactories(timers: Timers): readonly (readonly [string, OperatorFactory])[] {
  return [['sink.bytes', (config) => ({kind: 'operator', operator: bytesSink(config, timers)})]]
}

function bytesSink(config: unknown, timers: Timers): BytesSink {
  const reader = new ConfigReader('sink.bytes', config)
  const pendingBytesMax = reader.optionalInteger('pendingBytesMax', 1) ?? PENDING_BYTES_MAX
  return new BytesSink({target: targetOf(reader), header: reader.optionalString('header'), pendingBytesMax}, timers)
}

function targetOf(config: ConfigReader): SinkTargetSpec {
  const target = config.nested('target')
  const kind = target.oneOf('kind', TARGET_KINDS, 'stdout')
  return kind === 'file' ? {kind, path: target.string('path')} : {kind}
}
