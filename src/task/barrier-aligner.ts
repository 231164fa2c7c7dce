import {assert, type CheckpointBarrier} from '../core/index.js'

/** What follows from an event; a list of them is to be followed in order. */
export type AlignerStep =
  /** The channel is not read any more. */
  | {readonly kind: 'hold'; readonly channel: number}
  | {readonly kind: 'release'; readonly channels: readonly number[]}
  /** The checkpoint will not come about here: a newer barrier has come in its place. */
  | {readonly kind: 'abort'; readonly checkpointId: number}
  /**
   * Snapshot before any more input is taken, then `snapshotTaken`. `firstBarrierMs` is when the first barrier came. Where the barrier says
   * `unaligned`, not all of them need have come.
   */
  | {readonly kind: 'snapshot'; readonly barrier: CheckpointBarrier; readonly firstBarrierMs: number}
  /** `timedOut` is to be called at this moment (milliseconds since the epoch), or at once if it has passed. */
  | {readonly kind: 'startTimer'; readonly checkpointId: number; readonly atMs: number}
  /** What is read of the channel from now on belongs to the checkpoint. */
  | {readonly kind: 'capture'; readonly channel: number}
  /** What waits before the barrier belongs to the checkpoint, and nothing after it. */
  | {readonly kind: 'captureAhead'; readonly channel: number}
  /** The checkpoint is given up: nothing more is captured for it. */
  | {readonly kind: 'endCapture'; readonly channels: readonly number[]}
  /** All that was under way to this subtask is captured. */
  | {readonly kind: 'captured'; readonly checkpointId: number}

/** A checkpoint some of whose barriers have come. */
interface Alignment {
  readonly barrier: CheckpointBarrier
  readonly firstBarrierMs: number
  /** Channels that were read up to the barrier. */
  readonly arrived: Set<number>
  /** Channels in which the barrier waits behind data that it may overtake. */
  readonly announced: Set<number>
  isUnaligned: boolean
}

/** A checkpoint whose snapshot is due or taken, and for which data is still under way. */
interface Capturing {
  readonly checkpointId: number
  /** Channels whose barrier has not come, or not been dealt with. */
  readonly missing: Set<number>
  readonly announced: Set<number>
  isTaken: boolean
}

/**
 * Decides when a subtask with many inputs may snapshot its state, and what of its input belongs to the snapshot.
 *
 * Aligned: a channel that has delivered barrier n is held (not read) until every open channel has delivered n. The snapshot then contains
 * each record sent before barrier n and none sent after. At least once: channels are counted and not held, so that several checkpoints may
 * be under way, and records sent after a barrier may be in the snapshot.
 *
 * Unaligned: the snapshot is due with the first barrier that comes, read or not. What was sent before a barrier and had not been worked on by
 * then is captured: what is read of a channel until its barrier comes, and what waits before that. An aligned barrier with a timeout
 * becomes unaligned when the timeout has passed, or when an unaligned one of the same checkpoint comes. Channels in which barriers cannot
 * overtake are waited for in any case.
 *
 *   a barrier comes ─▶ [aligned: hold, all there] ─▶ snapshot
 *                  └─▶ [unaligned: forced channels there] ─▶ snapshot ─▶ snapshotTaken: capture… captureAhead… ─▶ captured
 *
 * A newer barrier in a channel says that the older one will never come there: the older checkpoint is aborted. A channel that
 * has ended counts as one that has delivered every barrier.
 *
 * Shape    sets of channels for each checkpoint under way; no record is buffered here.
 * Units    `checkpointId` counts up from 1; `channel` is an index in [0, channelCount) over all gates of the task.
 * Errors   `invariant` if a held channel delivers again: the gate read a channel it was told to hold.
 * Source   Carbone et al. 2015, "Lightweight Asynchronous Snapshots for Distributed Dataflows", arXiv:1506.08603; Flink 2.3
 *          SingleCheckpointBarrierHandler and its states.
 */
export class BarrierAligner {
  /** By checkpoint id. At most one of them holds channels. */
  private readonly alignments = new Map<number, Alignment>()
  private capturing: Capturing | undefined
  private readonly ended = new Set<number>()
  private readonly held = new Set<number>()
  /** Barriers up to this one come too late: theirs was taken or given up. */
  private doneId = 0
  /** Given up before the first barrier came; all are greater than `doneId`. */
  private readonly aborted = new Set<number>()

  /** `forced`: channels in which no barrier overtakes data. */
  constructor(
    private readonly channelCount: number,
    private readonly forced: ReadonlySet<number> = new Set(),
  ) {}

  /** A channel was read up to its barrier. */
  barrier(channel: number, barrier: CheckpointBarrier, nowMs: number): readonly AlignerStep[] {
    assert(!this.held.has(channel), 'a held channel is not read', {channel, checkpointId: barrier.checkpointId})
    const {checkpointId} = barrier
    if (this.capturing?.checkpointId === checkpointId) return this.settle(channel)
    if (this.isLate(checkpointId)) return []
    const isHolding = barrier.options.alignment !== 'atLeastOnce'
    const steps = isHolding ? this.giveUpOlder(checkpointId) : []
    const begun = this.begin(barrier, nowMs)
    const alignment = this.alignments.get(checkpointId)!
    alignment.arrived.add(channel)
    if (isHolding) this.held.add(channel)
    return [...steps, ...begun, ...(isHolding ? [{kind: 'hold', channel} as const] : []), ...this.takeDue()]
  }

  /** A barrier that overtakes, or may do so, has come and waits behind data. */
  announced(channel: number, barrier: CheckpointBarrier, nowMs: number): readonly AlignerStep[] {
    const {checkpointId, options} = barrier
    const {capturing} = this
    if (capturing?.checkpointId === checkpointId) {
      capturing.announced.add(channel)
      return capturing.isTaken ? this.settle(channel) : []
    }
    if (this.isLate(checkpointId)) return []
    const steps = this.giveUpOlder(checkpointId)
    const begun = this.begin(barrier, nowMs)
    const alignment = this.alignments.get(checkpointId)!
    alignment.announced.add(channel)
    alignment.isUnaligned ||= options.alignment === 'unaligned'
    return [...steps, ...begun, ...this.takeDue()]
  }

  /** The aligned timeout of the checkpoint has passed. */
  timedOut(checkpointId: number): readonly AlignerStep[] {
    const alignment = this.alignments.get(checkpointId)
    if (alignment === undefined) return []
    alignment.isUnaligned = true
    return this.takeDue()
  }

  /** The snapshot that was due has been taken: from here on, what is read is captured. (Of a source, there is nothing.) */
  snapshotTaken(checkpointId: number): readonly AlignerStep[] {
    const {capturing} = this
    if (capturing?.checkpointId !== checkpointId) return [{kind: 'captured', checkpointId}]
    capturing.isTaken = true
    const channels = [...capturing.missing]
    const open = channels.filter((channel) => !capturing.announced.has(channel) && !this.ended.has(channel))
    const steps = channels.filter((channel) => !open.includes(channel)).flatMap((channel) => this.settle(channel))
    const rest = open.map((channel): AlignerStep => ({kind: 'capture', channel}))
    return channels.length === 0 ? this.endIfCaptured() : [...rest, ...steps]
  }

  channelFinished(channel: number): readonly AlignerStep[] {
    this.ended.add(channel)
    const captured = this.capturing?.isTaken === true ? this.settle(channel) : []
    return [...captured, ...this.takeDue()]
  }

  /** The JobMaster, or the task itself, has given the checkpoint up. */
  abort(checkpointId: number): readonly AlignerStep[] {
    if (this.capturing?.checkpointId === checkpointId) return this.endCapture()
    if (checkpointId <= this.doneId) return []
    const alignment = this.alignments.get(checkpointId)
    this.aborted.add(checkpointId)
    if (alignment === undefined) return []
    this.alignments.delete(checkpointId)
    return isHolding(alignment) ? this.releaseAll() : []
  }

  isHeld(channel: number): boolean {
    return this.held.has(channel)
  }

  /** The checkpoint for which channels are held. */
  get holdingFor(): number | undefined {
    return [...this.alignments.values()].find(isHolding)?.barrier.checkpointId
  }

  private isLate(checkpointId: number): boolean {
    return checkpointId <= this.doneId || this.aborted.has(checkpointId)
  }

  /** The first barrier of a checkpoint. */
  private begin(barrier: CheckpointBarrier, nowMs: number): readonly AlignerStep[] {
    const {checkpointId, timestampMs, options} = barrier
    if (this.alignments.has(checkpointId)) {
      this.alignments.get(checkpointId)!.isUnaligned ||= options.alignment === 'unaligned'
      return []
    }
    this.alignments.set(checkpointId, {
      barrier,
      firstBarrierMs: nowMs,
      arrived: new Set(),
      announced: new Set(),
      isUnaligned: options.alignment === 'unaligned',
    })
    const {alignedTimeoutMs} = options
    if (alignedTimeoutMs === undefined) return []
    return [{kind: 'startTimer', checkpointId, atMs: timestampMs + alignedTimeoutMs}]
  }

  /** Before a barrier that holds: there is one alignment at a time. */
  private giveUpOlder(checkpointId: number): readonly AlignerStep[] {
    const capturing = this.capturing
    const captured = capturing !== undefined && capturing.checkpointId < checkpointId ? this.endCapture() : []
    const older = [...this.alignments.keys()].filter((id) => id < checkpointId)
    for (const id of older) this.alignments.delete(id)
    this.doneUpTo(checkpointId - 1)
    const ids = [...(captured.length > 0 ? [capturing!.checkpointId] : []), ...older]
    const steps = ids.map((id): AlignerStep => ({kind: 'abort', checkpointId: id}))
    return [...captured, ...(older.length === 0 ? [] : this.releaseAll()), ...steps]
  }

  /** The newest checkpoint that is due is taken; the older ones are then of no use. */
  private takeDue(): readonly AlignerStep[] {
    const due = [...this.alignments.values()].filter((one) => this.isComplete(one) || this.mayOvertake(one))
    if (due.length === 0) return []
    const newest = due.reduce((a, b) => (b.barrier.checkpointId > a.barrier.checkpointId ? b : a))
    const {barrier, firstBarrierMs} = newest
    const {checkpointId} = barrier
    const older = [...this.alignments.keys()].filter((id) => id < checkpointId)
    for (const id of [...older, checkpointId]) this.alignments.delete(id)
    this.doneUpTo(checkpointId)
    if (newest.isUnaligned) this.beginCapture(newest)
    return [
      ...this.releaseAll(),
      ...older.map((id): AlignerStep => ({kind: 'abort', checkpointId: id})),
      {kind: 'snapshot', barrier: newest.isUnaligned ? unaligned(barrier) : barrier, firstBarrierMs},
    ]
  }

  private beginCapture({barrier, arrived, announced}: Alignment): void {
    const channels = Array.from({length: this.channelCount}, (_, channel) => channel)
    const missing = new Set(channels.filter((channel) => !arrived.has(channel) && !this.ended.has(channel)))
    this.capturing = {checkpointId: barrier.checkpointId, missing, announced: new Set(announced), isTaken: false}
  }

  private isComplete({arrived}: Alignment): boolean {
    for (let channel = 0; channel < this.channelCount; channel++)
      if (!arrived.has(channel) && !this.ended.has(channel)) return false
    return true
  }

  /** Unaligned, and nothing is waited for that cannot be overtaken. */
  private mayOvertake({isUnaligned, arrived}: Alignment): boolean {
    if (!isUnaligned) return false
    for (const channel of this.forced) if (!arrived.has(channel) && !this.ended.has(channel)) return false
    return true
  }

  /** The barrier of a channel has come, or never will. */
  private settle(channel: number): readonly AlignerStep[] {
    if (this.capturing?.missing.delete(channel) !== true) return []
    return [{kind: 'captureAhead', channel}, ...this.endIfCaptured()]
  }

  private endIfCaptured(): readonly AlignerStep[] {
    const {capturing} = this
    if (capturing === undefined || capturing.missing.size > 0) return []
    this.capturing = undefined
    return [{kind: 'captured', checkpointId: capturing.checkpointId}]
  }

  private endCapture(): readonly AlignerStep[] {
    const channels = [...(this.capturing?.missing ?? [])]
    this.capturing = undefined
    return [{kind: 'endCapture', channels}]
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

function isHolding({barrier}: Alignment): boolean {
  return barrier.options.alignment !== 'atLeastOnce'
}

/** The barrier as it goes on from here. */
function unaligned(barrier: CheckpointBarrier): CheckpointBarrier {
  const {alignedTimeoutMs: _passed, ...options} = barrier.options
  return {...barrier, options: {...options, alignment: 'unaligned'}}
}
