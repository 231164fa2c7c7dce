import {MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../../core/index.js'

/** Event time in a snapshot, as plain JSON. */
export interface WatermarkPosition {
  readonly watermarkMs: number
  /** Of each input. */
  readonly watermarks: readonly number[]
  readonly idle: readonly boolean[]
}

/**
 * The event time of an operator with one or several inputs: the least watermark of the inputs that are not idle; it only grows.
 * A watermark makes its input active.
 *
 * Source   Flink 2.3 CombinedWatermarkStatus, IndexedCombinedWatermarkStatus.
 */
export class CombinedWatermark {
  watermarkMs = MIN_TIMESTAMP_MS
  /** Every input is idle. */
  isIdle = false
  private readonly watermarks: number[]
  private readonly idle: boolean[]

  constructor(inputCount: number) {
    this.watermarks = new Array(inputCount).fill(MIN_TIMESTAMP_MS)
    this.idle = new Array(inputCount).fill(false)
  }

  /** Whether the combined watermark has grown. */
  advance(inputIndex: number, timestampMs: number): boolean {
    this.idle[inputIndex] = false
    if (timestampMs > this.watermarks[inputIndex]) this.watermarks[inputIndex] = timestampMs
    return this.combine()
  }

  /** Whether the combined watermark has grown: an idle input no longer holds it back. */
  changeStatus(inputIndex: number, isIdle: boolean): boolean {
    this.idle[inputIndex] = isIdle
    return this.combine()
  }

  /** For a snapshot. */
  position(): WatermarkPosition {
    return {watermarkMs: this.watermarkMs, watermarks: [...this.watermarks], idle: [...this.idle]}
  }

  /** Goes on from where one subtask, or several, had come to: from the least of them. */
  restore(positions: readonly WatermarkPosition[]): void {
    if (positions.length === 0) return
    this.watermarkMs = Math.min(...positions.map(({watermarkMs}) => watermarkMs))
    for (let i = 0; i < this.idle.length; i++) {
      this.watermarks[i] = Math.min(...positions.map(({watermarks}) => watermarks[i] ?? MIN_TIMESTAMP_MS))
      this.idle[i] = positions.every(({idle}) => idle[i] === true)
    }
    this.isIdle = this.idle.every((isIdle) => isIdle)
  }

  private combine(): boolean {
    let least = MAX_TIMESTAMP_MS
    this.isIdle = true
    for (let i = 0; i < this.idle.length; i++) {
      if (this.idle[i]) continue
      this.isIdle = false
      if (this.watermarks[i] < least) least = this.watermarks[i]
    }
    if (this.isIdle || least <= this.watermarkMs) return false
    this.watermarkMs = least
    return true
  }
}
