/**
 * Start of the window of `sizeMs` that a timestamp is in, where windows start at `offsetMs` and every `sizeMs` before and after it.
 * Source: Flink 2.3 TimeWindow.getWindowStartWithOffset.
 */
export function windowStart(timestampMs: number, offsetMs: number, sizeMs: number): number {
  const remainder = (timestampMs - offsetMs) % sizeMs
  return timestampMs - (remainder < 0 ? remainder + sizeMs : remainder)
}
