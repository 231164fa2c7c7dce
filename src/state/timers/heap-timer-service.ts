import {FtsError, MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {CurrentKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {SnapshotSource} from '../snapshots/snapshot-source.js'
import type {InternalTimer, InternalTimerService, ProcessingTimeService, Triggerable} from './internal-timer-service.js'
import {TimerQueue} from './timer-queue.js'
import {TimerSource} from './timer-source.js'

export interface HeapTimerServiceOptions<N extends Namespace> {
  /** The keyed state backend of the same operator: a timer's key is made current there before it fires. */
  readonly key: CurrentKey
  readonly processingTime: ProcessingTimeService
  readonly triggerable: Triggerable<N>
}

/**
 * Timers in memory.
 *
 * Processing time: one physical timer is set, for the earliest. When it rings, everything up to that moment is due; the next one is
 * set when all of that has fired, so that timers which a callback registers do not each set an alarm.
 */
export class HeapTimerService<N extends Namespace = Namespace> implements InternalTimerService<N> {
  private readonly eventTimers: TimerQueue<N>
  private readonly processingTimers: TimerQueue<N>
  private readonly key: CurrentKey
  private readonly processingTime: ProcessingTimeService
  private readonly triggerable: Triggerable<N>
  private watermarkMs = MIN_TIMESTAMP_MS
  private isAdvancing = false
  private alarm: {readonly atMs: number; readonly timer: {cancel(): void}} | undefined = undefined
  /** Processing-time timers up to here are due; undefined while none are. */
  private dueUpToMs: number | undefined = undefined

  constructor({key, processingTime, triggerable}: HeapTimerServiceOptions<N>) {
    this.key = key
    this.eventTimers = new TimerQueue<N>(key)
    this.processingTimers = new TimerQueue<N>(key)
    this.processingTime = processingTime
    this.triggerable = triggerable
  }

  currentProcessingTime(): number {
    return this.processingTime.now()
  }

  currentWatermark(): number {
    return this.watermarkMs
  }

  registerEventTimeTimer(namespace: N, timestampMs: number): void {
    this.check(timestampMs)
    this.eventTimers.add(namespace, timestampMs)
  }

  deleteEventTimeTimer(namespace: N, timestampMs: number): void {
    this.check(timestampMs)
    this.eventTimers.delete(namespace, timestampMs)
  }

  registerProcessingTimeTimer(namespace: N, timestampMs: number): void {
    this.check(timestampMs)
    if (this.processingTimers.add(namespace, timestampMs)) this.setAlarm()
  }

  deleteProcessingTimeTimer(namespace: N, timestampMs: number): void {
    this.check(timestampMs)
    this.processingTimers.delete(namespace, timestampMs)
  }

  advanceWatermark(timestampMs: number): void {
    this.setWatermark(timestampMs)
    while (this.fireNextEventTimer());
  }

  setWatermark(timestampMs: number): void {
    this.watermarkMs = timestampMs
    this.isAdvancing = true
  }

  fireNextEventTimer(): boolean {
    if (!this.isAdvancing) return false
    const {eventTimers} = this
    if (eventTimers.size === 0 || eventTimers.firstTimestampMs() > this.watermarkMs) {
      this.isAdvancing = false
      return false
    }
    const timer = eventTimers.poll()
    this.key.resume(timer)
    this.triggerable.onEventTime(timer)
    return true
  }

  fireNextProcessingTimer(): boolean {
    if (this.dueUpToMs === undefined) return false
    const {processingTimers} = this
    if (processingTimers.size === 0 || processingTimers.firstTimestampMs() > this.dueUpToMs) {
      this.dueUpToMs = undefined
      this.setAlarm()
      return false
    }
    const timer = processingTimers.poll()
    this.key.resume(timer)
    this.triggerable.onProcessingTime(timer)
    return true
  }

  get eventTimerCount(): number {
    return this.eventTimers.size
  }

  get processingTimerCount(): number {
    return this.processingTimers.size
  }

  forEachEventTimer(visit: (timer: InternalTimer<N>) => void): void {
    this.eventTimers.forEach(visit)
  }

  forEachProcessingTimer(visit: (timer: InternalTimer<N>) => void): void {
    this.processingTimers.forEach(visit)
  }

  /** What snapshots have to write; see HeapKeyedStateBackend.include. */
  get snapshotSources(): readonly SnapshotSource[] {
    const {eventTimers, processingTimers} = this
    return [new TimerSource('event', eventTimers), new TimerSource('processing', processingTimers)] as never
  }

  /** Timers have been restored; `watermarkMs` is where event time had come to. */
  restored(watermarkMs: number): void {
    this.watermarkMs = watermarkMs
    this.setAlarm()
  }

  close(): void {
    this.alarm?.timer.cancel()
    this.alarm = undefined
  }

  /** Sets the physical timer for the earliest timer, unless it is set for then or earlier, or rings right now. */
  private setAlarm(): void {
    if (this.dueUpToMs !== undefined || this.processingTimers.size === 0) return
    const atMs = this.processingTimers.firstTimestampMs()
    if (this.alarm !== undefined && this.alarm.atMs <= atMs) return
    this.alarm?.timer.cancel()
    this.alarm = {atMs, timer: this.processingTime.registerTimer(atMs, this.onAlarm)}
  }

  private readonly onAlarm = (timestampMs: number): void => {
    this.alarm = undefined
    this.dueUpToMs = Math.max(timestampMs, this.processingTime.now())
    if (this.triggerable.onProcessingTimersDue !== undefined) this.triggerable.onProcessingTimersDue()
    else while (this.fireNextProcessingTimer());
  }

  private check(timestampMs: number): void {
    if (this.key.currentMapKey === undefined) throw noKey()
    if (typeof timestampMs !== 'number' || Number.isNaN(timestampMs)) throw badTimer(timestampMs)
  }
}

function noKey(): FtsError {
  return new FtsError(
    'user',
    'FTS_NO_CURRENT_KEY',
    'a timer was set while no key is current: timers exist per key, so only while a record or a timer is handled',
  )
}

function badTimer(timestampMs: unknown): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_TIMER',
    `a timer was set for ${String(timestampMs)}: expected a number of milliseconds since the epoch`,
    {timestamp: String(timestampMs)},
    {tryThis: 'Does every record have a timestamp, and is it a number?'},
  )
}
