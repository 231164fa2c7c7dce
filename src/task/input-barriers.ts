import type {InputGate} from '../shuffle/index.js'
import {type AlignerStep, BarrierAligner, type CheckpointBarrier} from './barrier-aligner.js'

export interface InputBarriersEvents {
  /** All barriers are there: snapshot before more input is taken. */
  aligned(barrier: CheckpointBarrier, firstBarrierMs: number): void
  /** A newer barrier came in place of one of this checkpoint. */
  superseded(checkpointId: number): void
}

/** The barriers of a task's input: one aligner over the channels of all gates, which holds and releases them. */
export class InputBarriers {
  private readonly aligner: BarrierAligner
  private readonly offsets = new Map<InputGate, number>()
  private readonly places: {readonly gate: InputGate; readonly channel: number}[] = []

  constructor(
    gates: readonly InputGate[],
    private readonly events: InputBarriersEvents,
  ) {
    for (const gate of gates) {
      this.offsets.set(gate, this.places.length)
      for (let channel = 0; channel < gate.channelCount; channel++) this.places.push({gate, channel})
    }
    this.aligner = new BarrierAligner(this.places.length)
  }

  barrier(
    gate: InputGate,
    channel: number,
    arrived: {readonly barrier: CheckpointBarrier; readonly nowMs: number},
  ): void {
    this.follow(this.aligner.barrier(this.indexOf(gate, channel), arrived.barrier, arrived.nowMs))
  }

  channelFinished(gate: InputGate, channel: number): void {
    this.follow(this.aligner.channelFinished(this.indexOf(gate, channel)))
  }

  abort(checkpointId: number): void {
    this.follow(this.aligner.abort(checkpointId))
  }

  /** The checkpoint for whose other barriers this channel is held. */
  heldFor(gate: InputGate, channel: number): number | undefined {
    return this.aligner.isHeld(this.indexOf(gate, channel)) ? this.aligner.holdingFor : undefined
  }

  private indexOf(gate: InputGate, channel: number): number {
    return this.offsets.get(gate)! + channel
  }

  private follow(steps: readonly AlignerStep[]): void {
    for (const step of steps) {
      if (step.kind === 'snapshot') this.events.aligned(step.barrier, step.firstBarrierMs)
      else if (step.kind === 'abort') this.events.superseded(step.checkpointId)
      else if (step.kind === 'hold') this.hold(step.channel)
      else for (const index of step.channels) this.release(index)
    }
  }

  private hold(index: number): void {
    const {gate, channel} = this.places[index]
    gate.hold(channel)
  }

  private release(index: number): void {
    const {gate, channel} = this.places[index]
    gate.releaseHeld(channel)
  }
}
