import {type ControlElement, MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../core/index.js'

interface Channel {
  watermarkMs: number
  isIdle: boolean
  /** Counts for the minimum: active, and not behind what was put out since it became active. */
  isAligned: boolean
}

/**
 * Makes one event time of the watermarks and statuses that the channels of an input carry.
 *
 * The output is the least watermark of all channels that are active and aligned, and only ever grows. A channel that comes back from
 * idleness is aligned once it has caught up with the output; until then its records may be late, but it holds nobody back. When the
 * last active channel becomes idle, and it was the one that held the output back, the greatest watermark of all is put out first.
 * A channel that has ended is at the end of event time.
 *
 * Shape    a few numbers per channel; every call looks at all channels.
 * Source   Flink 2.3 StatusWatermarkValve.
 */
export class StatusWatermarkValve {
  private readonly channels: readonly Channel[]
  private watermarkMs = MIN_TIMESTAMP_MS
  private isIdle = false

  constructor(
    channelCount: number,
    private readonly emit: (element: ControlElement) => void,
  ) {
    this.channels = Array.from({length: channelCount}, () => ({
      watermarkMs: MIN_TIMESTAMP_MS,
      isIdle: false,
      isAligned: true,
    }))
  }

  /** Where event time is; MIN_TIMESTAMP_MS before the first watermark. */
  get currentMs(): number {
    return this.watermarkMs
  }

  /** The channel that event time waits for: active, and furthest behind. Undefined where all are equally far. */
  get holderIndex(): number | undefined {
    const active = this.channels.filter(({isIdle}) => !isIdle)
    const least = Math.min(...active.map(({watermarkMs}) => watermarkMs))
    if (active.every(({watermarkMs}) => watermarkMs === least)) return undefined
    return this.channels.findIndex(({isIdle, watermarkMs}) => !isIdle && watermarkMs === least)
  }

  inputWatermark(index: number, timestampMs: number): void {
    const channel = this.channels[index]
    if (this.isIdle || channel.isIdle || timestampMs <= channel.watermarkMs) return
    channel.watermarkMs = timestampMs
    if (timestampMs >= this.watermarkMs) channel.isAligned = true
    this.emitLeast()
  }

  inputStatus(index: number, status: 'active' | 'idle'): void {
    const channel = this.channels[index]
    if (channel.isIdle === (status === 'idle')) return
    if (status === 'idle') this.becomeIdle(channel)
    else this.becomeActive(channel)
  }

  channelFinished(index: number): void {
    this.inputStatus(index, 'active')
    this.inputWatermark(index, MAX_TIMESTAMP_MS)
  }

  private becomeIdle(channel: Channel): void {
    const heldBack = channel.watermarkMs === this.watermarkMs
    channel.isIdle = true
    channel.isAligned = false
    if (this.channels.some(({isIdle}) => !isIdle)) {
      if (heldBack) this.emitLeast()
      return
    }
    if (heldBack) this.emitGreatest()
    this.isIdle = true
    this.emit({kind: 'streamStatus', status: 'idle'})
  }

  private becomeActive(channel: Channel): void {
    channel.isIdle = false
    if (channel.watermarkMs >= this.watermarkMs) channel.isAligned = true
    if (!this.isIdle) return
    this.isIdle = false
    this.emit({kind: 'streamStatus', status: 'active'})
  }

  private emitLeast(): void {
    let least = Number.POSITIVE_INFINITY
    for (const {isAligned, watermarkMs} of this.channels) if (isAligned && watermarkMs < least) least = watermarkMs
    if (least !== Number.POSITIVE_INFINITY) this.emitWatermark(least)
  }

  private emitGreatest(): void {
    let greatest = MIN_TIMESTAMP_MS
    for (const {watermarkMs} of this.channels) if (watermarkMs > greatest) greatest = watermarkMs
    this.emitWatermark(greatest)
  }

  private emitWatermark(timestampMs: number): void {
    if (timestampMs <= this.watermarkMs) return
    this.watermarkMs = timestampMs
    this.emit({kind: 'watermark', timestampMs})
  }
}
