import type {Namespace} from '../keys/namespace.js'

/** A timer of one key and namespace. */
export interface InternalTimer<N extends Namespace = Namespace> {
  readonly timestampMs: number
  readonly key: unknown
  readonly keyGroup: number
  readonly namespace: N
}

/** What an operator does when a timer fires; the timer's key is current then. */
export interface Triggerable<N extends Namespace = Namespace> {
  onEventTime(timer: InternalTimer<N>): void
  onProcessingTime(timer: InternalTimer<N>): void
  /**
   * Processing-time timers are due. An operator that has this method fires them itself, with `fireNextProcessingTimer`, where it
   * has output room (it wakes its task here); without it they fire from the physical timer's callback.
   */
  onProcessingTimersDue?(): void
}

/** The clock and alarm of a task; in tests it is moved by hand. */
export interface ProcessingTimeService {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Calls back in the task's thread once the time is past `timestampMs`; soon, if it already is, but never from within this call.
   * (Flink waits one millisecond more than the difference, so that a full millisecond belongs to one side.)
   */
  registerTimer(timestampMs: number, callback: (timestampMs: number) => void): {cancel(): void}
}

/**
 * Timers of one operator subtask. A timer is one of its key, namespace and timestamp: registering it again changes nothing.
 *
 * Order    Event-time timers fire when the watermark reaches their timestamp, by timestamp; those of one timestamp in the order in
 *          which their keys first registered one for it. A callback already sees the new watermark. What it registers at or below
 *          the watermark fires in the same advance. Registered outside of callbacks, it waits for the next advance.
 * Cost     O(log t) in the number t of different timestamps; O(1) to register for a timestamp that others wait for, too.
 * Errors   `user` FTS_BAD_TIMER for a timestamp that is not a number or is NaN.
 * Source   Flink 2.3 InternalTimerServiceImpl.
 */
export interface InternalTimerService<N extends Namespace = Namespace> {
  currentProcessingTime(): number
  /** MIN_TIMESTAMP_MS before the first watermark. */
  currentWatermark(): number

  registerEventTimeTimer(namespace: N, timestampMs: number): void
  deleteEventTimeTimer(namespace: N, timestampMs: number): void
  registerProcessingTimeTimer(namespace: N, timestampMs: number): void
  deleteProcessingTimeTimer(namespace: N, timestampMs: number): void

  /** Sets the watermark and fires all it makes due. */
  advanceWatermark(timestampMs: number): void
  /**
   * The same with pauses, for an operator that emits much in its callbacks: set the watermark, then call `fireNextEventTimer` as
   * long as there is output room and it answers true. Not yet fired timers stay; forward the watermark only after false.
   */
  setWatermark(timestampMs: number): void
  /** Fires one timer at or below the watermark; false if there is none. */
  fireNextEventTimer(): boolean
  /** Fires one processing-time timer that is due; false if there is none, and then the alarm is set for the next. */
  fireNextProcessingTimer(): boolean

  readonly eventTimerCount: number
  readonly processingTimerCount: number
  /** Every timer, in no particular order; `keyGroup` tells where it belongs. */
  forEachEventTimer(visit: (timer: InternalTimer<N>) => void): void
  forEachProcessingTimer(visit: (timer: InternalTimer<N>) => void): void
  /** Cancels the physical timer. */
  close(): void
}
