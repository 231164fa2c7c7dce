import {MIN_TIMESTAMP_MS} from '../core/index.js'
import type {InputChannelDeployment, InputGateDeployment, TaskDeployment} from '../graph/index.js'
import type {StatusWatermarkValve} from './status-watermark-valve.js'

/** So long event time may stand while watermarks come. */
const PATIENCE_MS = 10_000

interface Standstill {
  readonly watermarkMs: number
  readonly sinceMs: number
}

/**
 * Tells the user, once, which producer event time waits for: a window that never fires because one of several sources is quiet looks like a
 * job that hangs. It is looked at when a watermark comes: then some producer is getting on.
 */
export class WatermarkWatch {
  private readonly standstills = new Map<number, Standstill>()
  private hasSpoken = false

  constructor(
    private readonly deployment: Pick<TaskDeployment, 'vertexName' | 'inputGates'>,
    private readonly parts: {nowMs(): number; notify?(sentence: string): void},
  ) {}

  /** A watermark has come to an input. */
  look(inputIndex: number, valve: StatusWatermarkValve): void {
    if (this.hasSpoken || this.parts.notify === undefined) return
    const {currentMs: watermarkMs} = valve
    const sinceMs = this.parts.nowMs()
    const standstill = this.standstills.get(inputIndex)
    if (standstill?.watermarkMs !== watermarkMs) this.standstills.set(inputIndex, {watermarkMs, sinceMs})
    else if (sinceMs - standstill.sinceMs >= PATIENCE_MS) this.speak(inputIndex, valve)
  }

  private speak(inputIndex: number, {holderIndex, currentMs}: StatusWatermarkValve): void {
    if (holderIndex === undefined) return
    this.hasSpoken = true
    const where = currentMs === MIN_TIMESTAMP_MS ? 'has not begun' : `stands at ${new Date(currentMs).toISOString()}`
    this.parts.notify?.(
      `event time at "${this.deployment.vertexName}" ${where}: for ${PATIENCE_MS / 1000} s watermarks have come from others, but none from ${this.producerOf(inputIndex, holderIndex)}\n` +
        "  → If that source may be quiet, give its watermark strategy withIdleness('1 min').",
    )
  }

  /** Channels of an input are those of its gates, one gate after the other. */
  private producerOf(inputIndex: number, channelIndex: number): string {
    let channel = channelIndex
    for (const {inputIndex: own, channels, producer} of this.deployment.inputGates) {
      if (own !== inputIndex) continue
      if (channel < channels.length) return nameOf(producer, channels[channel])
      channel -= channels.length
    }
    return 'one of its inputs'
  }
}

function nameOf(producer: InputGateDeployment['producer'], {producerSubtask = 0}: InputChannelDeployment): string {
  if (producer === undefined) return 'its input'
  const {name, parallelism, sources} = producer
  const behind = sources.length === 0 ? '' : `, which reads "${sources.join('" and "')}"`
  return `"${name}" (subtask ${producerSubtask + 1} of ${parallelism})${behind}`
}
