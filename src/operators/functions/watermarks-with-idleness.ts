import type {WatermarkGenerator, WatermarkGeneratorContext, WatermarkOutput} from './watermark-generator.js'

/**
 * Marks a stream idle when no record came for longer than the timeout. Time is looked at in the periodic calls only: the first one
 * without a record since the last starts the countdown. While idle, the generator itself is not asked.
 *
 * Source   Flink 2.3 WatermarksWithIdleness.
 */
export class WatermarksWithIdleness<T> implements WatermarkGenerator<T> {
  private hasActivity = false
  private isIdle = false
  private quietSinceMs: number | undefined = undefined

  constructor(
    private readonly watermarks: WatermarkGenerator<T>,
    private readonly timeoutMs: number,
    private readonly context: WatermarkGeneratorContext,
  ) {}

  onEvent(event: T, timestampMs: number, output: WatermarkOutput): void {
    this.watermarks.onEvent(event, timestampMs, output)
    this.hasActivity = true
    this.isIdle = false
  }

  onPeriodicEmit(output: WatermarkOutput): void {
    if (!this.isQuietTooLong()) this.watermarks.onPeriodicEmit(output)
    else if (!this.isIdle) {
      output.markIdle()
      this.isIdle = true
    }
  }

  private isQuietTooLong(): boolean {
    if (this.hasActivity) {
      this.hasActivity = false
      this.quietSinceMs = undefined
      return false
    }
    const nowMs = this.context.inputActivityMs()
    this.quietSinceMs ??= nowMs
    return nowMs - this.quietSinceMs > this.timeoutMs
  }
}
