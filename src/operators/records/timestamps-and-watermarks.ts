import type {ObjectBatch} from '../../columns/index.js'
import {assert, type ControlElement, MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../../core/index.js'
import {type WatermarkAlignmentSettings, type WatermarkGenerator, WatermarkStrategy} from '../functions/index.js'
import {Alignment} from './alignment.js'
import {badTimestamp} from './bad-timestamp.js'
import {objectBatch} from './object-batch.js'
import {operatorPlace} from './operator-place.js'
import {RecordOperator} from './record-operator.js'
import {WatermarkEmitter} from './watermark-emitter.js'

export interface TimestampsAndWatermarksOptions<T> {
  readonly strategy: WatermarkStrategy<T>
  /** `pipeline.auto-watermark-interval`: how often the generator is asked. 0: never. Default: 200 ms. */
  readonly intervalMs?: number
  /** False in batch mode: no watermark but the one at the end. Default: true. */
  readonly isProgressive?: boolean
}

/** So long the watermark may stand while records come. */
const STANDSTILL_MS = 10_000

/**
 * Gives records their event time, and makes watermarks of it. Watermarks and statuses from upstream end here, except the one at the
 * end of the input.
 *
 * Source   Flink 2.3 TimestampsAndWatermarksOperator.
 */
export class TimestampsAndWatermarksOperator<T = unknown> extends RecordOperator {
  private readonly strategy: WatermarkStrategy<T>
  private readonly intervalMs: number
  private readonly aligns: WatermarkAlignmentSettings | undefined
  private readonly assign: (event: T, recordTimestampMs: number) => number
  private readonly emitter = new WatermarkEmitter()
  private generator!: WatermarkGenerator<T>
  /** Said by the generator, after rows that wait for room. */
  private held: readonly ControlElement[] = []
  private timestamps = new Float64Array(0)
  private alarm: {cancel(): void} | undefined = undefined
  private dueAtMs: number | undefined = undefined
  /** How long periodic calls had to wait for room, all together. */
  private pausedMs = 0
  /** Records have come since the last watermark. */
  private hasUnseenRecords = false
  private standsSinceMs: number | undefined = undefined
  private hasNotified = false
  private alignment: Alignment | undefined = undefined

  constructor({strategy, intervalMs, isProgressive}: TimestampsAndWatermarksOptions<T>) {
    super(undefined)
    this.aligns = isProgressive === false ? undefined : strategy.alignment
    this.strategy = isProgressive === false ? WatermarkStrategy.noWatermarks<T>() : strategy
    this.intervalMs = isProgressive === false ? 0 : (intervalMs ?? 200)
    this.assign = strategy.createTimestampAssigner()
  }

  pausesInput(): boolean {
    return this.alignment?.isAhead === true
  }

  protected override opened(): void {
    if (this.aligns !== undefined) this.alignment = new Alignment(this.aligns, this.context)
    this.generator = this.guarded(
      () => 'the watermark strategy',
      () => this.strategy.createWatermarkGenerator({inputActivityMs: () => this.clock.now() - this.pausedMs}),
    )
    this.setAlarm()
  }

  protected override closeParts(): void {
    this.alarm?.cancel()
    this.alignment?.close()
  }

  protected processRows(batch: ObjectBatch): number {
    const {values, timestamps: before, rowCount} = batch
    const {assign, generator, emitter} = this
    const timestamps = this.timestampsFor(rowCount)
    let start = 0
    for (let row = 0; row < rowCount; row++) {
      this.row = row
      const value = values[row] as T
      const recordTimestampMs = before === undefined ? MIN_TIMESTAMP_MS : before[row]
      const timestampMs = assign(value, recordTimestampMs)
      if (!Number.isFinite(timestampMs)) throw badTimestamp(this.context, timestampMs, value)
      timestamps[row] = timestampMs
      generator.onEvent(value, timestampMs, emitter)
      if (emitter.isEmpty) continue
      this.emitRows(values, timestamps, start, row + 1)
      start = row + 1
      if (this.out.isBlocked) {
        this.held = emitter.take()
        return start
      }
      this.emitSaid()
    }
    this.emitRows(values, timestamps, start, rowCount)
    this.hasUnseenRecords = true
    return rowCount
  }

  protected override processWatermark(timestampMs: number): void {
    if (timestampMs !== MAX_TIMESTAMP_MS) return
    this.emitter.emitWatermark(timestampMs)
    this.emitSaid()
  }

  protected override processStatus(): void {}

  protected override continueRecord(): boolean {
    const {held} = this
    this.held = []
    for (const element of held) this.emitControl(element)
    return true
  }

  protected override drainMore(): boolean {
    if (this.dueAtMs === undefined) return true
    this.pausedMs += this.clock.now() - this.dueAtMs
    this.dueAtMs = undefined
    // A source that has to wait is not idle.
    if (this.alignment?.isAhead === true) this.pausedMs += this.intervalMs
    else this.emitPeriodic()
    this.setAlarm()
    return true
  }

  protected override finishMore(): boolean {
    this.emitPeriodic()
    return true
  }

  private get clock() {
    const {processingTime} = this.context
    assert(processingTime !== undefined, 'the operator is given processing time', {operator: this.context.operatorName})
    return processingTime
  }

  private emitRows(values: readonly unknown[], timestamps: Float64Array, from: number, to: number): void {
    if (from === 0 && to === values.length) this.out.emitBatch(objectBatch(values, timestamps))
    else this.out.emitBatch(objectBatch(values.slice(from, to), timestamps.subarray(from, to)))
  }

  private setAlarm(): void {
    if (this.intervalMs === 0) return
    this.alarm = this.clock.registerTimer(this.clock.now() + this.intervalMs, () => {
      this.dueAtMs = this.clock.now()
      this.context.wake()
    })
  }

  private emitPeriodic(): void {
    this.guarded(
      () => 'onPeriodicEmit',
      () => this.generator.onPeriodicEmit(this.emitter),
    )
    this.emitSaid()
    this.noteStandstill()
  }

  private emitSaid(): void {
    for (const element of this.emitter.take()) {
      if (element.kind === 'watermark') {
        this.standsSinceMs = undefined
        this.alignment?.watermark(element.timestampMs)
      } else if (element.kind === 'streamStatus') this.alignment?.status(element.status === 'idle')
      this.emitControl(element)
    }
  }

  /** Records come, and event time does not move: whoever waits for windows should know. */
  private noteStandstill(): void {
    if (!this.hasUnseenRecords || this.hasNotified || !this.strategy.makesWatermarks) return
    this.hasUnseenRecords = false
    const nowMs = this.clock.now()
    this.standsSinceMs ??= nowMs
    if (nowMs - this.standsSinceMs < STANDSTILL_MS) return
    this.hasNotified = true
    this.context.notify?.(
      `${operatorPlace(this.context)}: records have come for ${STANDSTILL_MS / 1000} s, and the watermark has not moved\n` +
        '  → Do the timestamps grow? Are they milliseconds? Does the generator emit watermarks?',
    )
  }

  private timestampsFor(rowCount: number): Float64Array {
    if (this.timestamps.length < rowCount) this.timestamps = new Float64Array(Math.max(rowCount, 1024))
    return this.timestamps.subarray(0, rowCount)
  }
}
