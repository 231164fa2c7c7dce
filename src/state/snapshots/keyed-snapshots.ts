import type {CurrentKey} from '../keys/current-key.js'
import type {KeyedSnapshot} from './keyed-snapshot.js'
import {SnapshotBuffers} from './snapshot-buffers.js'
import {SnapshotChain} from './snapshot-chain.js'
import {KEYED_STATE_FORMAT} from './snapshot-file.js'
import {SnapshotPieces} from './snapshot-pieces.js'
import type {SnapshotSource} from './snapshot-source.js'

/** Notes of changes that are more than twice what there is cost more than writing all of it. */
const NOTES_MIN = 100_000

export interface KeyedSnapshotRequest {
  readonly checkpointId: number
  /** It may build upon files of earlier ones, and later ones upon its file. */
  readonly isIncremental: boolean
  /** Plain JSON that the operator wants back; undefined: nothing. */
  readonly extra?: unknown
}

/**
 * Takes the snapshots of all keyed state of one operator subtask.
 *
 * Cost     Taking one: a few steps for each state, whatever it holds. At a time one is written; another that is taken meanwhile first
 *          brings it to its end in memory.
 */
export class KeyedSnapshots {
  /** Another one, where all begins anew: what is still written for the one before is nothing to build upon. */
  private chain = new SnapshotChain()
  private readonly buffers = new SnapshotBuffers()
  private lastExtra: string | undefined = undefined
  private writing: Pieces | undefined = undefined

  constructor(
    private readonly key: CurrentKey,
    private readonly itemsPerPiece: number,
    private readonly sources: () => readonly SnapshotSource[],
  ) {}

  take({checkpointId, isIncremental, extra}: KeyedSnapshotRequest): KeyedSnapshot {
    this.writing?.finish()
    const {key, itemsPerPiece, buffers} = this
    const {tracker, keyGroupRange: range, maxParallelism} = key
    const sources = this.sources()
    for (const {stored} of sources) stored?.atBarrier()
    const epoch = this.endEpoch(sources)
    const {chain} = this
    const base = isIncremental ? chain.base() : undefined
    if (isIncremental) tracker.isLogging = true
    const running = {epoch, afterEpoch: base?.epoch ?? -1}
    const text = JSON.stringify(extra)
    const isEmpty =
      base === undefined
        ? isNothing(sources) && extra === undefined
        : text === this.lastExtra && isUnchanged(sources, base.epoch)
    const made = isEmpty
      ? undefined
      : new SnapshotPieces({tracker, running, sources, range, maxParallelism, extra, itemsPerPiece, buffers})
    tracker.running = running
    for (const {stored} of sources) isEmpty ? stored?.end() : stored?.begin(running)
    const pieces = new Pieces(made?.pieces() ?? [].values(), () => {
      made?.release()
      this.end(epoch)
    })
    this.writing = pieces
    return {
      ...range,
      format: KEYED_STATE_FORMAT,
      previous: base?.files ?? [],
      pieces,
      written: ({files}) => {
        pieces.finish()
        if (!isIncremental) return
        chain.written({checkpointId, epoch, files})
        this.lastExtra = text
      },
      abandon: () => pieces.stop(),
    }
  }

  completed(checkpointId: number): void {
    const epoch = this.chain.complete(checkpointId)
    if (epoch !== undefined) for (const source of this.sources()) forget(source, epoch)
  }

  aborted(checkpointId: number): void {
    this.chain.abort(checkpointId)
  }

  /** The next snapshot has everything; one that is being written is brought to its end in memory. */
  startAnew(): void {
    this.writing?.finish()
    this.forgetAll(this.sources(), this.key.tracker.epoch)
  }

  private endEpoch(sources: readonly SnapshotSource[]): number {
    const {tracker} = this.key
    const epoch = tracker.endEpoch()
    let notes = 0
    let size = 0
    for (const source of sources) {
      source.log.endEpoch()
      source.numbers?.log.endEpoch()
      notes += noteCountOf(source)
      size += source.size
    }
    if (notes > NOTES_MIN + 2 * size) this.forgetAll(sources, epoch)
    return epoch
  }

  private forgetAll(sources: readonly SnapshotSource[], epoch: number): void {
    this.chain = new SnapshotChain()
    for (const source of sources) forget(source, epoch)
  }

  private end(epoch: number): void {
    const {tracker} = this.key
    if (tracker.running?.epoch === epoch) tracker.running = undefined
    for (const {log, stored, numbers} of this.sources()) {
      log.late = []
      stored?.end()
      numbers?.log.drop()
    }
    this.writing = undefined
  }
}

/** Pieces that can be made ahead of being asked for. */
class Pieces implements Iterator<Uint8Array, void> {
  private readonly ahead: Uint8Array[] = []
  private isDone = false
  /** Of `finish`: it is thrown where the piece is asked for. */
  private failure: {readonly error: unknown} | undefined = undefined

  constructor(
    private readonly made: Iterator<Uint8Array, void>,
    private readonly onEnd: () => void,
  ) {}

  next(): IteratorResult<Uint8Array, void> {
    const value = this.ahead.shift() ?? this.make()
    if (value === undefined && this.failure !== undefined) throw this.failure.error
    return value === undefined ? {done: true, value: undefined} : {done: false, value}
  }

  /** Makes the rest now. */
  finish(): void {
    try {
      // Each is valid until the next is made.
      for (let piece = this.make(); piece !== undefined; piece = this.make()) this.ahead.push(piece.slice())
    } catch (error) {
      this.failure = {error}
    }
  }

  stop(): void {
    this.ahead.length = 0
    this.end()
  }

  private make(): Uint8Array | undefined {
    if (this.isDone) return undefined
    try {
      const {done, value} = this.made.next()
      if (done !== true) return value
    } catch (error) {
      this.end()
      throw error
    }
    this.end()
    return undefined
  }

  private end(): void {
    if (this.isDone) return
    this.isDone = true
    this.made.return?.()
    this.onEnd()
  }
}

function isNothing(sources: readonly SnapshotSource[]): boolean {
  return sources.every(({size}) => size === 0)
}

function isUnchanged(sources: readonly SnapshotSource[], afterEpoch: number): boolean {
  return sources.every(
    ({log, stored, numbers}) =>
      log.between(afterEpoch, Number.POSITIVE_INFINITY).length === 0 &&
      (numbers === undefined || numbers.log.between(afterEpoch, Number.POSITIVE_INFINITY).length === 0) &&
      stored?.hasChanged(afterEpoch) !== true,
  )
}

function noteCountOf({log, stored, numbers}: SnapshotSource): number {
  return log.noteCount + (stored?.noteCount ?? 0) + (numbers?.log.noteCount ?? 0)
}

function forget({log, stored, numbers}: SnapshotSource, upToEpoch: number): void {
  log.forget(upToEpoch)
  stored?.forget(upToEpoch)
  numbers?.log.forget(upToEpoch)
}
