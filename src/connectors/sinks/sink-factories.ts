import {ConfigReader, type OperatorFactory} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {BytesSink} from './bytes-sink.js'
import {type OpenTarget, openTarget} from './open-target.js'
import type {SinkTargetSpec, SocketTargetOptions} from './sink-target.js'

const PENDING_BYTES_MAX = 1024 * 1024
/** Flink's pause between two attempts to connect. */
const RETRY_DELAY_MS = 500
const TARGET_KINDS = ['stdout', 'stderr', 'file', 'socket'] as const

/**
 * The sinks, by factory name.
 *
 *   sink.bytes   {target: {kind: 'stdout' | 'stderr'} | {kind: 'file', path} | {kind: 'socket', host, port, maxRetries?, retryDelayMs?},
 *                header?, takesShared?, pendingBytesMax?}
 */
export function sinkFactories(
  timers: Timers,
  open: OpenTarget = openTarget,
): readonly (readonly [string, OperatorFactory])[] {
  return [['sink.bytes', (config) => ({kind: 'operator', operator: bytesSink(config, timers, open)})]]
}

function bytesSink(config: unknown, timers: Timers, open: OpenTarget): BytesSink {
  const reader = new ConfigReader('sink.bytes', config)
  const pendingBytesMax = reader.optionalInteger('pendingBytesMax', 1) ?? PENDING_BYTES_MAX
  const takesShared = reader.flag('takesShared')
  const settings = {target: targetOf(reader), header: reader.optionalString('header'), takesShared, pendingBytesMax}
  return new BytesSink(settings, timers, open)
}

function targetOf(config: ConfigReader): SinkTargetSpec {
  const target = config.nested('target')
  const kind = target.oneOf('kind', TARGET_KINDS, 'stdout')
  if (kind === 'file') return {kind, path: target.string('path')}
  return kind === 'socket' ? {kind, ...socketOf(target)} : {kind}
}

function socketOf(target: ConfigReader): SocketTargetOptions {
  return {
    host: target.string('host'),
    port: target.optionalInteger('port', 1) ?? 0,
    maxRetries: target.optionalInteger('maxRetries', -1) ?? 0,
    retryDelayMs: target.optionalInteger('retryDelayMs', 0) ?? RETRY_DELAY_MS,
  }
}
