import {type Duration, durationMs, FtsError} from '../../core/index.js'
import {BoundedOutOfOrdernessWatermarks} from './bounded-out-of-orderness-watermarks.js'
import type {TimestampAssigner} from './timestamp-assigner.js'
import type {WatermarkGenerator, WatermarkGeneratorContext, WatermarkGeneratorSupplier} from './watermark-generator.js'
import {WatermarksWithIdleness} from './watermarks-with-idleness.js'

/** Times in ms. */
export interface WatermarkAlignmentSettings {
  readonly group: string
  readonly maxDriftMs: number
  readonly updateIntervalMs: number
}

/**
 * How a stream gets its event time: a timestamp for each record, and watermarks.
 *
 *   WatermarkStrategy.forBoundedOutOfOrderness<Reading>('5s').withTimestampAssigner(r => r.at).withIdleness('1 min')
 *
 * Each `with…` gives a new strategy. Source: Flink 2.3 WatermarkStrategy.
 */
export class WatermarkStrategy<T> {
  private constructor(
    private readonly supplier: WatermarkGeneratorSupplier<T>,
    private readonly assigner: TimestampAssigner<T> | undefined,
    private readonly idlenessMs: number | undefined,
    /** Undefined: the source waits for no other. */
    readonly alignment: WatermarkAlignmentSettings | undefined = undefined,
  ) {}

  /** Timestamps never go back. */
  static forMonotonousTimestamps<T>(): WatermarkStrategy<T> {
    return WatermarkStrategy.forBoundedOutOfOrderness<T>(0)
  }

  /** A record may come this long after one with a later timestamp. */
  static forBoundedOutOfOrderness<T>(maxOutOfOrderness: Duration): WatermarkStrategy<T> {
    const boundMs = durationMs(maxOutOfOrderness, 'forBoundedOutOfOrderness')
    return new WatermarkStrategy<T>(() => new BoundedOutOfOrdernessWatermarks(boundMs), undefined, undefined)
  }

  /** A generator of one's own, made once for each subtask: periodic, punctuated (it emits in `onEvent`), or both. */
  static forGenerator<T>(supplier: WatermarkGeneratorSupplier<T>): WatermarkStrategy<T> {
    if (typeof supplier === 'function') return new WatermarkStrategy<T>(supplier, undefined, undefined)
    throw new FtsError(
      'user',
      'FTS_BAD_WATERMARK_STRATEGY',
      `forGenerator got ${typeof supplier}, expected a function that makes a generator`,
      {},
      {tryThis: 'For example: WatermarkStrategy.forGenerator(() => new MyGenerator()).'},
    )
  }

  /** No event time: windows and timers of event time fire at the end of the input only. */
  static noWatermarks<T>(): WatermarkStrategy<T> {
    return new WatermarkStrategy<T>(noGenerator, undefined, undefined)
  }

  /** False for `noWatermarks`. */
  get makesWatermarks(): boolean {
    return this.supplier !== (noGenerator as WatermarkGeneratorSupplier<T>)
  }

  withTimestampAssigner<U extends T>(assigner: TimestampAssigner<U>): WatermarkStrategy<U> {
    return new WatermarkStrategy<U>(
      this.supplier as WatermarkGeneratorSupplier<U>,
      assigner,
      this.idlenessMs,
      this.alignment,
    )
  }

  /** A stream without a record for longer than this is idle: others do not wait for its watermark. */
  withIdleness(idleTimeout: Duration): WatermarkStrategy<T> {
    const idlenessMs = durationMs(idleTimeout, 'withIdleness')
    if (idlenessMs > 0) return new WatermarkStrategy<T>(this.supplier, this.assigner, idlenessMs, this.alignment)
    throw new FtsError('user', 'FTS_BAD_DURATION', 'withIdleness: the timeout is 0, expected more')
  }

  /**
   * Sources of one group wait for each other: a subtask whose watermark is more than `maxDrift` ahead of the slowest one of the group stops
   * reading, so that what is downstream need not keep its records. Only right behind a source. How far the others are is asked so often.
   */
  withWatermarkAlignment(group: string, maxDrift: Duration, updateInterval: Duration = '1s'): WatermarkStrategy<T> {
    const alignment = {
      group,
      maxDriftMs: durationMs(maxDrift, 'maxDrift of withWatermarkAlignment'),
      updateIntervalMs: durationMs(updateInterval, 'updateInterval of withWatermarkAlignment'),
    }
    if (typeof group === 'string' && group !== '' && alignment.updateIntervalMs > 0)
      return new WatermarkStrategy<T>(this.supplier, this.assigner, this.idlenessMs, alignment)
    throw new FtsError(
      'user',
      'FTS_BAD_WATERMARK_STRATEGY',
      `withWatermarkAlignment got the group "${String(group)}" and the interval ${String(updateInterval)}, expected a name and a time`,
    )
  }

  /** Called by the operator. */
  createWatermarkGenerator(context: WatermarkGeneratorContext): WatermarkGenerator<T> {
    const generator = this.supplier(context)
    return this.idlenessMs === undefined ? generator : new WatermarksWithIdleness(generator, this.idlenessMs, context)
  }

  /** Called by the operator; without an assigner a record keeps the timestamp it has. */
  createTimestampAssigner(): (event: T, recordTimestampMs: number) => number {
    const {assigner} = this
    if (assigner === undefined) return (_event, recordTimestampMs) => recordTimestampMs
    if (typeof assigner === 'function') return assigner
    return (event, recordTimestampMs) => assigner.extractTimestamp(event, recordTimestampMs)
  }
}

function noGenerator(): WatermarkGenerator<unknown> {
  return {onEvent() {}, onPeriodicEmit() {}}
}
