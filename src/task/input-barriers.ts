import type {CheckpointBarrier} from '../core/index.js'
import type {InFlightTaker, InputGate} from '../shuffle/index.js'
import {type AlignerStep, BarrierAligner} from './barrier-aligner.js'
import type {SlotRunnerParts} from './contract.js'

export interface InputBarriersParts {
  readonly slot: Pick<SlotRunnerParts, 'timers' | 'nowMs'>
  /** A snapshot is to be taken before more input is. */
  due(barrier: CheckpointBarrier, firstBarrierMs: number): void
  /** A newer barrier came in place of one of this checkpoint. */
  superseded(checkpointId: number): void
  wake(): void
}

/** Takes down, for a checkpoint, what is under way to the subtask. */
export interface InputCapture {
  takerOf(gate: number, channel: number): InFlightTaker
  /** That was all. */
  captured(): void
}

interface Place {
  readonly gate: InputGate
  readonly gateIndex: number
  readonly channel: number
}

/** The barriers of a task's input: one aligner over the channels of all gates, and what it says is done. */
export class InputBarriers {
  private readonly aligner: BarrierAligner
  private readonly offsets = new Map<InputGate, number>()
  private readonly places: Place[] = []
  private capture: InputCapture | undefined

  constructor(
    private readonly gates: readonly InputGate[],
    private readonly parts: InputBarriersParts,
  ) {
    const forced = new Set<number>()
    gates.forEach((gate, gateIndex) => {
      this.offsets.set(gate, this.places.length)
      for (let channel = 0; channel < gate.channelCount; channel++) {
        if (!gate.canBeOvertaken) forced.add(this.places.length)
        this.places.push({gate, gateIndex, channel})
      }
    })
    this.aligner = new BarrierAligner(this.places.length, forced)
  }

  /** The channel was read up to the barrier. */
  barrier(gate: InputGate, channel: number, barrier: CheckpointBarrier): void {
    this.follow(this.aligner.barrier(this.indexOf(gate, channel), barrier, this.parts.slot.nowMs()))
  }

  /** Looks for barriers that overtake what has not been read. */
  lookAhead(): void {
    for (const gate of this.gates) {
      for (let next = gate.pollAnnouncement(); next !== undefined; next = gate.pollAnnouncement())
        this.follow(this.aligner.announced(this.indexOf(gate, next.channel), next.barrier, this.parts.slot.nowMs()))
    }
  }

  channelFinished(gate: InputGate, channel: number): void {
    this.follow(this.aligner.channelFinished(this.indexOf(gate, channel)))
  }

  /** An unaligned snapshot has been taken: what was under way is for `capture`. */
  snapshotTaken(checkpointId: number, capture: InputCapture): void {
    this.capture = capture
    this.follow(this.aligner.snapshotTaken(checkpointId))
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
    for (const step of steps) this.followOne(step)
  }

  private followOne(step: AlignerStep): void {
    switch (step.kind) {
      case 'snapshot':
        this.checkpointId = step.barrier.checkpointId
        this.parts.due(step.barrier, step.firstBarrierMs)
        break
      case 'abort':
        this.parts.superseded(step.checkpointId)
        break
      case 'hold':
        this.at(step.channel, ({gate, channel}) => gate.hold(channel))
        break
      case 'release':
        for (const index of step.channels) this.at(index, ({gate, channel}) => gate.releaseHeld(channel))
        break
      case 'startTimer':
        this.startTimer(step.checkpointId, step.atMs)
        break
      case 'capture':
        this.at(step.channel, ({gate, channel}, taker) => gate.capture(channel, taker))
        break
      case 'captureAhead':
        this.at(step.channel, ({gate, channel}, taker) => gate.captureAhead(channel, this.checkpointId, taker))
        break
      case 'endCapture':
        for (const index of step.channels) this.at(index, ({gate, channel}) => gate.endCapture(channel))
        this.capture = undefined
        break
      case 'captured':
        this.capture?.captured()
        this.capture = undefined
    }
  }

  /** Of the snapshot that was last due: the one that is captured for. */
  private checkpointId = 0

  private at(index: number, act: (place: Place, taker: InFlightTaker) => void): void {
    const place = this.places[index]
    act(place, this.capture?.takerOf(place.gateIndex, place.channel) ?? NOBODY)
  }

  private startTimer(checkpointId: number, atMs: number): void {
    const {slot, wake} = this.parts
    slot.timers.after(Math.max(0, atMs - slot.nowMs()), () => {
      this.follow(this.aligner.timedOut(checkpointId))
      wake()
    })
  }
}

const NOBODY: InFlightTaker = () => {}
