import {type ControlElement, MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {WatermarkOutput} from '../functions/index.js'

/** Gathers what a watermark generator says, without what is no news. Source: Flink 2.3 TimestampsAndWatermarksOperator. */
export class WatermarkEmitter implements WatermarkOutput {
  /** What is to be emitted, in order; taken by `take`. */
  private said: ControlElement[] = []
  private watermarkMs = MIN_TIMESTAMP_MS
  private isIdle = false

  get isEmpty(): boolean {
    return this.said.length === 0
  }

  emitWatermark(timestampMs: number): void {
    if (typeof timestampMs !== 'number' || Number.isNaN(timestampMs))
      throw new TypeError(`emitWatermark got ${String(timestampMs)}, expected milliseconds since the epoch`)
    if (timestampMs <= this.watermarkMs) return
    this.watermarkMs = timestampMs
    this.markActive()
    this.said.push({kind: 'watermark', timestampMs})
  }

  markIdle(): void {
    if (!this.isIdle) this.said.push({kind: 'streamStatus', status: 'idle'})
    this.isIdle = true
  }

  markActive(): void {
    if (this.isIdle) this.said.push({kind: 'streamStatus', status: 'active'})
    this.isIdle = false
  }

  take(): readonly ControlElement[] {
    const {said} = this
    this.said = []
    return said
  }
}
