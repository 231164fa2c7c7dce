import type {ControlElement} from '../core/index.js'
import type {InputGate} from '../shuffle/index.js'
import {StatusWatermarkValve} from './status-watermark-valve.js'
import type {WatermarkWatch} from './watermark-watch.js'

export interface InputValvesParts {
  emit(element: ControlElement, inputIndex: number): void
  /** Looks on; see WatermarkWatch. */
  readonly watch?: WatermarkWatch
}

interface Place {
  readonly valve: StatusWatermarkValve
  readonly offset: number
}

/**
 * The valves of a task: one for each input of the chain. An input that is a union has several gates, whose channels share its valve.
 * What leaves a valve goes to the chain as if the input had one channel.
 */
export class InputValves {
  private readonly places = new Map<InputGate, Place>()

  constructor(
    gates: readonly InputGate[],
    private readonly parts: InputValvesParts,
  ) {
    for (const inputIndex of new Set(gates.map((gate) => gate.inputIndex))) {
      const own = gates.filter((gate) => gate.inputIndex === inputIndex)
      const channelCount = own.reduce((sum, gate) => sum + gate.channelCount, 0)
      const valve = new StatusWatermarkValve(channelCount, (element) => parts.emit(element, inputIndex))
      let offset = 0
      for (const gate of own) {
        this.places.set(gate, {valve, offset})
        offset += gate.channelCount
      }
    }
  }

  /** False for an element that is no business of a valve. */
  takes(gate: InputGate, channel: number, element: ControlElement): boolean {
    if (element.kind !== 'watermark' && element.kind !== 'streamStatus') return false
    const {valve, offset} = this.placeOf(gate)
    if (element.kind === 'streamStatus') valve.inputStatus(offset + channel, element.status)
    else {
      valve.inputWatermark(offset + channel, element.timestampMs)
      this.parts.watch?.look(gate.inputIndex, valve)
    }
    return true
  }

  channelFinished(gate: InputGate, channel: number): void {
    const {valve, offset} = this.placeOf(gate)
    valve.channelFinished(offset + channel)
  }

  private placeOf(gate: InputGate) {
    return this.places.get(gate)!
  }
}
