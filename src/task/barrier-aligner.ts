import {assert, type ControlElement} from '../core/index.js'

export type CheckpointBarrier = Extract<ControlElement, {kind: 'checkpointBarrier'}>

/** What follows from an event; a list of them is to be followed in order. */
export type AlignerStep =
  /** The channel is not read any more. */
  | {readonly kind: 'hold'; readonly channel: number}
  | {readonly kind: 'release'; readonly channels: readonly number[]}
  /** The checkpoint will not come about here: a newer barrier has come in its place. */
  | {readonly kind: 'abort'; readonly checkpointId: number}
  /** Snapshot before any more input is taken. `firstBarrierMs` is when the first barrier came. */
  | {readonly kind: 'snapshot'; readonly barrier: CheckpointBarrier; readonly firstBarrierMs: number}

/** A checkpoint some of whose barriers have come. */
interface Alignment {
  readonly barrier: CheckpointBarrier
  readonly firstBarrierMs: number
  readonly arrived: Set<number>
}

/**
 * Decides when a subtask with many inputs may snapshot its state.
 *
 * A channel that has delivered barrier n is held (not read) until every open channel has delivered n. The snapshot then contains each
 * record sent before barrier n and none sent after. In at-least-once mode channels are counted and not held, so that several
 * checkpoints may be under way, and records sent after a barrier may be in the snapshot.
 *
 * A newer barrier in a channel says that the older one will never come there: the older checkpoint is aborted. A channel that
 * has ended counts as one that has delivered every barrier.
 *
 * Shape    a set of channels for each checkpoint under way; no record is buffered here.
 * Units    `checkpointId` counts up from 1; `channel` is an index in [0, channelCount) over all gates of the task.
 * Errors   `invariant` if a held channel delivers again: the gate read a channel it was told to hold.
 * Source   Carbone et al. 2015, "Lightweight Asynchronous Snapshots for Distributed Dataflows", arXiv:1506.08603.
 */
export class BarrierAligner {
  /** By checkpoint id. At most one of them holds channels. */
  private readonly alignments = new Map<number, Alignment>()
  private readonly ended = new Set<number>()
  private readonly held = new Set<number>()
  /** Barriers up to this one come too late: theirs was taken or given up. */
  private doneId = 0
  /** Given up before the first barrier came; all are greater than `doneId`. */
  private readonly aborted = new Set<number>()

  constructor(private readonly channelCount: number) {}

  barrier(channel: number, barrier: CheckpointBarrier, nowMs: number): readonly AlignerStep[] {
    assert(!this.held.has(channel), 'a held channel is not read', {channel, checkpointId: barrier.checkpointId})
    const {checkpointId, options} = barrier
    if (checkpointId <= this.doneId || this.aborted.has(checkpointId)) return []
    const isHolding = options.alignment !== 'atLeastOnce'
    const steps = isHolding ? this.giveUpOlder(checkpointId) : []
    const alignment = this.alignments.get(checkpointId) ?? {barrier, firstBarrierMs: nowMs, arrived: new Set<number>()}
    this.alignments.set(checkpointId, alignment)
    alignment.arrived.add(channel)
    if (isHolding) this.held.add(channel)
    return [...steps, ...(isHolding ? [{kind: 'hold', channel} as const] : []), ...this.takeComplete()]
  }

  channelFinished(channel: number): readonly AlignerStep[] {
    this.ended.add(channel)
    return this.takeComplete()
  }

  /** The JobMaster, or the task itself, has given the checkpoint up. */
  abort(checkpointId: number): readonly AlignerStep[] {
    if (checkpointId <= this.doneId) return []
    const alignment = this.alignments.get(checkpointId)
    this.aborted.add(checkpointId)
    if (alignment === undefined) return []
    this.alignments.delete(checkpointId)
    return isHeld(alignment) ? this.releaseAll() : []
  }

  isHeld(channel: number): boolean {
    return this.held.has(channel)
  }

  /** The checkpoint for which channels are held. */
  get holdingFor(): number | undefined {
    return [...this.alignments.values()].find(isHeld)?.barrier.checkpointId
  }

  /** Before a barrier that holds: there is one alignment at a time. */
  private giveUpOlder(checkpointId: number): readonly AlignerStep[] {
    const older = [...this.alignments.keys()].filter((id) => id < checkpointId)
    for (const id of older) this.alignments.delete(id)
    this.doneUpTo(checkpointId - 1)
    const steps = older.map((id): AlignerStep => ({kind: 'abort', checkpointId: id}))
    return older.length === 0 ? steps : [...this.releaseAll(), ...steps]
  }

  /** The newest checkpoint whose barriers are all there is taken; the older ones are then of no use. */
  private takeComplete(): readonly AlignerStep[] {
    const complete = [...this.alignments.values()].filter((alignment) => this.isComplete(alignment))
    if (complete.length === 0) return []
    const newest = complete.reduce((a, b) => (b.barrier.checkpointId > a.barrier.checkpointId ? b : a))
    const {barrier, firstBarrierMs} = newest
    const older = [...this.alignments.keys()].filter((id) => id < barrier.checkpointId)
    for (const id of [...older, barrier.checkpointId]) this.alignments.delete(id)
    this.doneUpTo(barrier.checkpointId)
    return [
      ...this.releaseAll(),
      ...older.map((checkpointId): AlignerStep => ({kind: 'abort', checkpointId})),
      {kind: 'snapshot', barrier, firstBarrierMs},
    ]
  }

  private isComplete({arrived}: Alignment): boolean {
    for (let channel = 0; channel < this.channelCount; channel++)
      if (!arrived.has(channel) && !this.ended.has(channel)) return false
    return true
  }

  private releaseAll(): readonly AlignerStep[] {
    if (this.held.size === 0) return []
    const channels = [...this.held]
    this.held.clear()
    return [{kind: 'release', channels}]
  }

  private doneUpTo(checkpointId: number): void {
    this.doneId = Math.max(this.doneId, checkpointId)
    for (const id of this.aborted) if (id <= this.doneId) this.aborted.delete(id)
  }
}

function isHeld({barrier}: Alignment): boolean {
  return barrier.options.alignment !== 'atLeastOnce'
}
