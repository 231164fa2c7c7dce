/**
 * The ends of event time, as Flink has them (Long.MIN_VALUE and Long.MAX_VALUE, here the nearest doubles).
 * The first is the timestamp of a record that has none and the watermark before any watermark; the second is the watermark at
 * the end of a bounded input, which fires every event-time timer.
 */
export const MIN_TIMESTAMP_MS = -(2 ** 63)
export const MAX_TIMESTAMP_MS = 2 ** 63
