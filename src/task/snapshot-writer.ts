import type {KeyedStateHandle, OperatorSubtaskState, StateFileHandle, SubtaskSnapshot} from '../core/index.js'
import type {KeyedSnapshot} from '../operators/index.js'
import type {TaskStateFiles, TaskStateFileWriter} from './contract.js'
import type {ChainSnapshot} from './operator-chain.js'

/** Bytes that may wait for the disk before no more pieces are made. */
const QUEUED_BYTES_MAX = 4 * 1024 * 1024

export interface SnapshotWriterParts {
  readonly operators: readonly ChainSnapshot[]
  /** Folder of new files. */
  readonly folder: string
  readonly files: TaskStateFiles
  /** A file is complete or has failed: `advance` has something to do. */
  wake(): void
  /** The same a little later: too much waits for the disk. */
  wakeSoon(): void
}

/**
 * The asynchronous part of one snapshot: keyed state is written into files, piece by piece, while the stream goes on.
 *
 * `advance` makes one piece (about a millisecond). Errors: those of StateFiles and of the pieces, from `advance`; all is abandoned then.
 */
export class SnapshotWriter {
  private readonly done: OperatorSubtaskState[] = []
  private readonly waiting: ChainSnapshot[]
  private file: TaskStateFileWriter | undefined
  private closing: 'no' | 'yes' | {readonly handle: StateFileHandle} | {readonly error: unknown} = 'no'
  private isAbandoned = false
  writtenBytes = 0
  /** What the longest piece took. */
  longestPieceMs = 0

  constructor(private readonly parts: SnapshotWriterParts) {
    this.waiting = [...parts.operators]
  }

  /** `more`: call again at once; `wait`: after `wake`; else the snapshot is complete. */
  advance(): 'more' | 'wait' | SubtaskSnapshot {
    const next = this.waiting.at(0)
    if (next === undefined) return {operators: this.done}
    try {
      return this.advanceOne(next)
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  /** Nobody wants the snapshot any more; what was written goes away. */
  abandon(): void {
    if (this.isAbandoned) return
    this.isAbandoned = true
    void this.file?.abandon()
    for (const {snapshot} of this.waiting) snapshot.keyed?.abandon()
    this.waiting.length = 0
  }

  private advanceOne(next: ChainSnapshot): 'more' | 'wait' {
    const {keyed} = next.snapshot
    if (keyed === undefined) return this.finish(next, undefined)
    if (this.closing !== 'no') return this.afterClose(next, keyed)
    if (this.file !== undefined && isBusy(this.file)) return this.waitForDisk(this.file)
    const beginMs = performance.now()
    const piece = keyed.pieces.next()
    if (piece.done !== true) this.append(piece.value)
    this.longestPieceMs = Math.max(this.longestPieceMs, performance.now() - beginMs)
    if (piece.done !== true) return 'more'
    if (this.file === undefined) return this.finish(next, handleOf(keyed, []))
    this.close(this.file)
    return 'wait'
  }

  private append(bytes: Uint8Array): void {
    this.file ??= this.parts.files.create(this.parts.folder)
    this.file.append(bytes)
    this.writtenBytes += bytes.length
  }

  /** A failed file is closed, which says how it failed. */
  private waitForDisk(file: TaskStateFileWriter): 'wait' {
    if (file.hasFailed) this.close(file)
    else this.parts.wakeSoon()
    return 'wait'
  }

  private close(file: TaskStateFileWriter): void {
    this.closing = 'yes'
    const settle = (closing: SnapshotWriter['closing']) => {
      this.closing = closing
      if (!this.isAbandoned) this.parts.wake()
    }
    file.close().then(
      (handle) => settle({handle}),
      (error) => settle({error}),
    )
  }

  private afterClose(next: ChainSnapshot, keyed: KeyedSnapshot): 'more' | 'wait' {
    const {closing} = this
    if (typeof closing === 'string') return 'wait'
    if ('error' in closing) throw closing.error
    this.closing = 'no'
    this.file = undefined
    return this.finish(next, handleOf(keyed, [closing.handle]))
  }

  private finish({operatorId, snapshot}: ChainSnapshot, keyed: KeyedStateHandle | undefined): 'more' {
    this.waiting.shift()
    if (keyed !== undefined) snapshot.keyed?.written(keyed)
    const lists = snapshot.lists ?? []
    this.done.push(keyed === undefined ? {operatorId, lists} : {operatorId, keyed, lists})
    return 'more'
  }
}

function handleOf(keyed: KeyedSnapshot, written: readonly StateFileHandle[]): KeyedStateHandle {
  const {keyGroupStart, keyGroupEndInclusive, format, previous} = keyed
  return {keyGroupStart, keyGroupEndInclusive, format, files: [...previous, ...written]}
}

function isBusy({hasFailed, queuedBytes}: TaskStateFileWriter): boolean {
  return hasFailed || queuedBytes > QUEUED_BYTES_MAX
}
