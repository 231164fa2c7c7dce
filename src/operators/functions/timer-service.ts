/**
 * Time and timers of a process function. Timers belong to the current key; one for each timestamp, however often it is registered.
 *
 * Units    Milliseconds since the epoch.
 * Errors   `user` FTS_NOT_KEYED for timers on a stream without keys, FTS_BAD_TIMER for a timestamp that is no number.
 */
export interface TimerService {
  currentProcessingTime(): number
  /** MIN_TIMESTAMP_MS before the first watermark. */
  currentWatermark(): number
  registerProcessingTimeTimer(timestampMs: number): void
  registerEventTimeTimer(timestampMs: number): void
  deleteProcessingTimeTimer(timestampMs: number): void
  deleteEventTimeTimer(timestampMs: number): void
}
