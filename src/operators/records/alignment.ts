import {MAX_TIMESTAMP_MS} from '../../core/index.js'
import type {WatermarkAlignmentSettings} from '../functions/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from './operator-place.js'

/**
 * One source subtask's part in an alignment: it says from time to time how far its watermark is, hears how far it may go, and stops reading
 * beyond that.
 */
export class Alignment {
  private watermarkMs: number | undefined
  private isIdle = false
  private alarm: {cancel(): void} | undefined

  constructor(
    private readonly settings: WatermarkAlignmentSettings,
    private readonly context: OperatorContext,
  ) {
    if (context.alignment !== undefined) this.setAlarm()
    else context.notify?.(notAtSource(context, settings.group))
  }

  /** Its watermark is further than its group allows. */
  get isAhead(): boolean {
    const {watermarkMs, isIdle, context, settings} = this
    if (watermarkMs === undefined || isIdle || context.alignment === undefined) return false
    return watermarkMs > context.alignment.limitMs(settings.group)
  }

  watermark(timestampMs: number): void {
    this.watermarkMs = timestampMs
    this.isIdle = false
  }

  status(isIdle: boolean): void {
    this.isIdle = isIdle
  }

  close(): void {
    this.alarm?.cancel()
  }

  private setAlarm(): void {
    const {processingTime} = this.context
    this.alarm = processingTime?.registerTimer(processingTime.now() + this.settings.updateIntervalMs, () => {
      this.report()
      this.setAlarm()
    })
  }

  /** Not before there is a watermark: others would wait for nothing. */
  private report(): void {
    const {group, maxDriftMs} = this.settings
    const watermarkMs = this.isIdle ? MAX_TIMESTAMP_MS : this.watermarkMs
    if (watermarkMs !== undefined) this.context.alignment?.report({group, maxDriftMs, watermarkMs})
  }
}

function notAtSource(context: OperatorContext, group: string): string {
  return (
    `${operatorPlace(context)}: the watermark alignment "${group}" does nothing here, since only a source can stop reading\n` +
    '  → Give the strategy to fromSource, or call assignTimestampsAndWatermarks right behind the source, at its parallelism.'
  )
}
