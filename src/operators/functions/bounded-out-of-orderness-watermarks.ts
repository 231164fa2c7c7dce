import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {WatermarkGenerator, WatermarkOutput} from './watermark-generator.js'

/**
 * Records come at most so much out of order: the watermark is the greatest timestamp so far, less the bound, less 1 ms (another
 * record with just that timestamp may still come).
 */
export class BoundedOutOfOrdernessWatermarks implements WatermarkGenerator<unknown> {
  private greatestMs = MIN_TIMESTAMP_MS

  constructor(private readonly outOfOrdernessMs: number) {}

  onEvent(_event: unknown, timestampMs: number): void {
    if (timestampMs > this.greatestMs) this.greatestMs = timestampMs
  }

  onPeriodicEmit(output: WatermarkOutput): void {
    if (this.greatestMs !== MIN_TIMESTAMP_MS) output.emitWatermark(this.greatestMs - this.outOfOrdernessMs - 1)
  }
}
