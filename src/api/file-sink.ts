import {resolve} from 'node:path'
import {
  BASE_PATH_BUCKETS,
  type BucketAssigner,
  type BucketContext,
  type CsvWriteOptions,
  csvEncoderOf,
  dateTimeBuckets,
  defaultRolling,
  FileSinkOperator,
  JsonLinesEncoder,
  OnCheckpointRollingPolicy,
  type RecordEncoder,
  type RollingPolicy,
  recordText,
  TextLinesEncoder,
} from '../connectors/index.js'
import {type Duration, durationMs, FtsError} from '../core/index.js'
import type {Operator} from '../operators/index.js'
import {NodeRandom} from '../platform/index.js'
import {knownOptions} from './known-options.js'
import {wholeNumber} from './operator-settings.js'
import {requireMethods} from './require-function.js'
import type {SlotPlace} from './slot-place.js'

/** How records look in the files: lines of text as `print` shows them, JSON lines, CSV (a header in each file), or a writer of your own. */
export type FileSinkFormat = 'text' | 'json' | 'csv' | {readonly csv: CsvWriteOptions} | RecordEncoder

/** When a file is closed and the next one begun. */
export interface FileSinkRolling {
  /** Bytes above which no more is written to it. Default 128 MiB. */
  readonly maxPartSizeBytes?: number
  /** Its age. Default 60 s. */
  readonly rolloverInterval?: Duration
  /** How long nothing came for it. Default 60 s. */
  readonly inactivityInterval?: Duration
}

/** The folder of a record below the sink's: a date pattern of processing time (`'yyyy-MM-dd--HH'`), none, or what a function says. */
export type FileSinkBuckets<T> = 'none' | string | ((record: T, context: BucketContext) => string) | BucketAssigner<T>

export interface FileSinkOptions<T> {
  /** Default: a folder for each hour of processing time, `'yyyy-MM-dd--HH'`, in the system's time zone. */
  readonly buckets?: FileSinkBuckets<T>
  /** Default: by size, age and inactivity. `'onCheckpoint'` is OnCheckpointRollingPolicy. With checkpoints on, files end with each of them in any case. */
  readonly rolling?: FileSinkRolling | 'onCheckpoint' | RollingPolicy
  /** Names are `<prefix>-<id of the writer>-<counter><suffix>`. Default `part` and nothing. */
  readonly prefix?: string
  readonly suffix?: string
  /** How often files are looked at for rolling by time. Default 60 s. */
  readonly bucketCheckInterval?: Duration
}

const HOURLY = 'yyyy-MM-dd--HH'

/**
 * Writes records into files below a folder, at any parallelism: `stream.sinkTo(FileSink.forRowFormat('out', 'json', {buckets: 'none'}))`.
 *
 * A file is hidden (`.part-…inprogress…`) until it is complete. In a bounded job the files of a task appear together when it has ended well; in one that
 * does not end, each as it is rolled.
 *
 * Source   Flink's FileSink: names, buckets, defaults of rolling.
 */
export class FileSink<T> {
  /** Types only. */
  declare readonly takes?: (record: T) => void

  private constructor(
    private readonly path: string,
    private readonly format: FileSinkFormat,
    private readonly options: FileSinkOptions<T>,
  ) {}

  /** Errors: `user` FTS_BAD_SETTING, FTS_BAD_PATTERN, FTS_CSV_OPTION. */
  static forRowFormat<T>(path: string, format: FileSinkFormat, options: FileSinkOptions<T> = {}): FileSink<T> {
    knownOptions('FileSink', options, ['buckets', 'rolling', 'prefix', 'suffix', 'bucketCheckInterval'])
    const sink = new FileSink<T>(requirePath(path), format, options)
    // Wrong settings are refused here, where the stack shows the program's own line.
    sink.settings(false)
    return sink
  }

  withBucketAssigner(buckets: FileSinkBuckets<T>): FileSink<T> {
    return FileSink.forRowFormat(this.path, this.format, {...this.options, buckets})
  }

  withRollingPolicy(rolling: FileSinkRolling | 'onCheckpoint' | RollingPolicy): FileSink<T> {
    return FileSink.forRowFormat(this.path, this.format, {...this.options, rolling})
  }

  withOutputFileConfig(names: {readonly prefix?: string; readonly suffix?: string}): FileSink<T> {
    return FileSink.forRowFormat(this.path, this.format, {...this.options, ...names})
  }

  /** The sink itself: so that Flink's way of writing it works, too. */
  build(): this {
    return this
  }

  /** @internal */
  get name(): string {
    return `File Sink ${this.path}`
  }

  /** @internal */
  makeOperator({timers, isBounded, outputPath}: SlotPlace): Operator {
    const settings = this.settings(isBounded)
    const path = outputPath?.(settings.path) ?? settings.path
    return new FileSinkOperator({...settings, path}, {timers, random: new NodeRandom()})
  }

  private settings(isBounded: boolean): ConstructorParameters<typeof FileSinkOperator>[0] {
    const {buckets = HOURLY, rolling = {}, prefix = 'part', suffix = '', bucketCheckInterval = '60s'} = this.options
    return {
      path: resolve(this.path),
      encoder: encoderOf(this.format),
      buckets: bucketsOf(buckets) as BucketAssigner,
      rolling: rollingOf(rolling),
      naming: {prefix: namePart('prefix', prefix), suffix: namePart('suffix', suffix)},
      commit: isBounded ? 'atEnd' : 'onRoll',
      checkIntervalMs: interval('bucketCheckInterval', bucketCheckInterval),
    }
  }
}

function encoderOf(format: FileSinkFormat): RecordEncoder | Promise<RecordEncoder> {
  if (format === 'text') return new TextLinesEncoder(recordText)
  if (format === 'json') return new JsonLinesEncoder()
  if (format === 'csv') return csvEncoderOf()
  if (typeof format === 'object' && format !== null && 'csv' in format) return csvEncoderOf(format.csv)
  if (typeof format === 'string')
    throw badSetting('format', format, "'text', 'json', 'csv', {csv: options} or an encoder")
  requireMethods('the format of FileSink', format, 'header', 'encode')
  return format
}

function bucketsOf<T>(buckets: FileSinkBuckets<T>): BucketAssigner<T> {
  if (buckets === 'none') return BASE_PATH_BUCKETS
  if (typeof buckets === 'string') return dateTimeBuckets(buckets)
  if (typeof buckets === 'function') return {bucketId: buckets}
  requireMethods('buckets of FileSink', buckets, 'bucketId')
  return buckets
}

function rollingOf(rolling: FileSinkRolling | 'onCheckpoint' | RollingPolicy): RollingPolicy {
  if (rolling === 'onCheckpoint') return OnCheckpointRollingPolicy.build()
  if (typeof rolling !== 'object' || rolling === null)
    throw badSetting(
      'rolling',
      rolling,
      "an object with maxPartSizeBytes, rolloverInterval or inactivityInterval, 'onCheckpoint' or a policy",
    )
  if ('shouldRollOnWrite' in rolling) return rolling
  knownOptions('rolling of FileSink', rolling, ['maxPartSizeBytes', 'rolloverInterval', 'inactivityInterval'])
  const {maxPartSizeBytes, rolloverInterval, inactivityInterval} = rolling
  return defaultRolling({
    ...(maxPartSizeBytes === undefined
      ? {}
      : {maxPartSizeBytes: wholeNumber('maxPartSizeBytes of FileSink', maxPartSizeBytes, 1)}),
    ...(rolloverInterval === undefined ? {} : {rolloverIntervalMs: interval('rolloverInterval', rolloverInterval)}),
    ...(inactivityInterval === undefined
      ? {}
      : {inactivityIntervalMs: interval('inactivityInterval', inactivityInterval)}),
  })
}

function interval(name: string, duration: Duration): number {
  const setting = `${name} of FileSink`
  return wholeNumber(setting, durationMs(duration, setting), 1)
}

function namePart(name: string, value: string): string {
  if (typeof value === 'string' && !/[/\0]/.test(value)) return value
  throw badSetting(name, value, 'a part of a file name, without "/"')
}

function requirePath(path: string): string {
  if (typeof path === 'string' && path !== '') return path
  throw badSetting('path', path, 'the path of a folder')
}

function badSetting(name: string, value: unknown, expected: string): FtsError {
  const shown = value === '' ? 'an empty text' : String(value)
  return new FtsError('user', 'FTS_BAD_SETTING', `the ${name} of FileSink is ${shown}, expected ${expected}`, {name})
}
