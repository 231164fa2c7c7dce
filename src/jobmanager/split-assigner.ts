import {cannotBeReadTwice, FtsError, journalFolder, type Split, type StreamSplit} from '../core/index.js'
import type {SourceInputSpec} from '../graph/index.js'

/** What one request gets. After `noMoreSplits` the subtask asks no more. */
export interface SplitGrant {
  readonly splits: readonly Split[]
  readonly noMoreSplits: boolean
}

/** The most that one request gets, in splits of full size: what keeps a reader busy for many times a round trip. */
const GRANT_SPLITS_MAX = 4

/** Splits are not made smaller than this: below it a request takes longer than the reading. */
const SMALLEST_SPLIT_BYTES = 512 * 1024

/** Many small files: limits the message, not the work. */
const GRANT_FILES_MAX = 256

/**
 * Cuts a source's input into splits, as late as possible, and hands them out to the subtasks that ask.
 *
 * Uncompressed files are cut into byte ranges of at most `splitSizeBytes` (a little more for the last one of a file);
 * a compressed file or a stream is one split, an empty file none. A request gets about `remaining ÷ (2 · parallelism)` bytes, between
 * SMALLEST_SPLIT_BYTES and GRANT_SPLITS_MAX splits: large grants while there is much, ever smaller ones towards the end,
 * so that all subtasks finish together.
 * stdin and a socket are one split, for subtask 0. The splits of a program's own source are given one by one.
 *
 * Source   Polychronopoulos and Kuck 1987, "Guided Self-Scheduling", IEEE Transactions on Computers 36(12).
 */
export class SplitAssigner {
  /** See `journaledIn`. */
  private journals: {readonly ownedFolder: string; readonly vertexId: string} | undefined
  /** Inputs that cannot be read twice and that somebody has been given, in this run or the one before. */
  private streams: readonly StreamSplit[] = []
  /** Bytes of bounded input; undefined for an endless one. */
  readonly totalBytes: number | undefined
  private readonly fresh: FreshSplits
  private readonly returned: Split[] = []
  private given: {readonly subtaskIndex: number; readonly split: Split; readonly afterCheckpoint: number}[] = []

  constructor(
    private readonly input: SourceInputSpec,
    private readonly parallelism: number,
  ) {
    this.fresh = new FreshSplits(input)
    this.totalBytes = input.kind === 'files' && !input.files.some(isStream) ? this.fresh.remainingBytes : undefined
  }

  /** From now on an input that cannot be read twice is read from a journal, among what the job's tasks own. */
  journaledIn(ownedFolder: string, vertexId: string): void {
    this.journals = {ownedFolder, vertexId}
  }

  /** Journals that an earlier run has left of inputs that are gone on with, and the splits with the journals of this run. */
  inherited(): readonly {readonly split: Split; readonly left: string | undefined}[] {
    return this.streams.map((split) => ({split: this.journaled(split), left: split.journal}))
  }

  /** The next splits for a subtask; remembers who has them, and since which checkpoint (the last one that was triggered; 0: none). */
  grant(subtaskIndex: number, afterCheckpoint = 0): SplitGrant {
    if (isOneStream(this.input) && subtaskIndex !== 0) return {splits: [], noMoreSplits: true}
    const splits = this.take().map((split) => this.journaled(split))
    for (const split of splits) this.given.push({subtaskIndex, split, afterCheckpoint})
    this.noteStreams(splits)
    return {splits, noMoreSplits: this.returned.length === 0 && this.fresh.isEmpty}
  }

  /**
   * A subtask starts again from a checkpoint (0: from nothing): what it was given after that is handed out again, finished or not,
   * because its results are lost.
   */
  returnSplitsOf(subtaskIndex: number, checkpointId = 0): void {
    const isLost = (one: {subtaskIndex: number; afterCheckpoint: number}) =>
      one.subtaskIndex === subtaskIndex && one.afterCheckpoint >= checkpointId
    this.returned.push(...this.given.filter(isLost).map(({split}) => split))
    this.given = this.given.filter((one) => !isLost(one))
  }

  /** No subtask will start again from before this checkpoint. */
  covered(checkpointId: number): void {
    this.given = this.given.filter(({afterCheckpoint}) => afterCheckpoint >= checkpointId)
  }

  /** What nobody has been given, for a checkpoint that is triggered now; plain JSON. */
  snapshot(): SplitsState {
    const {returned, fresh, streams} = this
    const snapshot = {version: 1, returned: returned.map(withoutData), fresh: fresh.snapshot()} as const
    return streams.length === 0 ? snapshot : {...snapshot, streams}
  }

  /**
   * Goes on where the snapshot was taken. Files that the job did not read then are handed out from their start. Errors: `user` FTS_INPUT_CHANGED.
   */
  restore(state: SplitsState): void {
    this.streams = (state.streams ?? []).map((split) => this.inThisRun(split))
    this.fresh.restore(state.fresh, this.streams.length > 0)
    for (const split of state.returned) this.returned.push(this.fresh.withData(split))
  }

  private journaled(split: Split): Split {
    if (this.journals === undefined || !cannotBeReadTwice(split)) return split
    const {ownedFolder, vertexId} = this.journals
    return {...split, journal: journalFolder(ownedFolder, vertexId, split.splitId)}
  }

  private noteStreams(splits: readonly Split[]): void {
    const known = (split: StreamSplit) => this.streams.some(({splitId}) => splitId === split.splitId)
    for (const split of splits) if (cannotBeReadTwice(split) && !known(split)) this.streams = [...this.streams, split]
  }

  /** Another address is gone on with as well; another kind of input would be read beside the one before. */
  private inThisRun(split: StreamSplit): StreamSplit {
    const {input} = this
    if (split.kind === 'file') return split
    if (input.kind !== split.kind) throw inputChanged(split.kind, input.kind)
    return {...split, ...input}
  }

  private take(): Split[] {
    const again = this.returned.shift()
    if (again !== undefined) return [again]
    const splits: Split[] = []
    let leftBytes = this.grantBytes()
    do {
      const split = this.fresh.next(leftBytes)
      if (split === undefined) break
      splits.push(split)
      leftBytes -= split.kind === 'file' && split.isStream === undefined ? split.endByte - split.startByte : leftBytes
    } while (leftBytes > 0 && splits.length < GRANT_FILES_MAX)
    return splits
  }

  private grantBytes(): number {
    const mostBytes = this.fresh.splitSizeBytes * GRANT_SPLITS_MAX
    if (this.parallelism === 1) return mostBytes
    const share = Math.ceil(this.fresh.remainingBytes / (2 * this.parallelism))
    return Math.min(mostBytes, Math.max(this.fresh.smallestSplitBytes, share))
  }
}

/** In a checkpoint: see `SplitAssigner.snapshot`. */
export interface SplitsState {
  readonly version: 1
  readonly returned: readonly Split[]
  readonly fresh: FreshState
  /** Inputs that cannot be read twice and that somebody has; absent: none. */
  readonly streams?: readonly StreamSplit[]
}

interface FreshState {
  readonly nextSplitId: number
  /** Files that were handed out to their end, and the one that was in part. */
  readonly donePaths: readonly string[]
  readonly partial?: {readonly path: string; readonly startByte: number}
}

/** The input that nobody has been given yet. */
class FreshSplits {
  remainingBytes = 0
  readonly splitSizeBytes: number
  readonly smallestSplitBytes: number
  private nextSplitId = 0
  private fileIndex = 0
  private fileOffset = 0
  private files: Extract<SourceInputSpec, {kind: 'files'}>['files']
  /** A stream is given once. */
  private isStreamGiven = false
  /** Handed out before the job was restored. */
  private donePaths: readonly string[] = []

  constructor(private readonly input: SourceInputSpec) {
    this.files = input.kind === 'files' ? input.files.filter((file) => file.sizeBytes > 0 || isStream(file)) : []
    this.splitSizeBytes = input.kind === 'files' ? input.splitSizeBytes : 1
    this.smallestSplitBytes = Math.min(this.splitSizeBytes, SMALLEST_SPLIT_BYTES)
    for (const file of this.files) this.remainingBytes += file.sizeBytes
  }

  get isEmpty(): boolean {
    if (this.input.kind === 'files') return this.fileIndex === this.files.length
    return this.input.kind === 'program' ? this.nextSplitId >= this.input.splits.length : this.isStreamGiven
  }

  /** The next split, of about `wantedBytes` if it can be cut. */
  next(wantedBytes: number): Split | undefined {
    if (this.isEmpty) return undefined
    const splitId = this.nextSplitId++
    if (this.input.kind === 'files') return this.nextOfFile(splitId, wantedBytes)
    if (this.input.kind === 'program') return {kind: 'program', splitId, data: this.input.splits[splitId]}
    this.isStreamGiven = true
    return {...this.input, splitId}
  }

  snapshot(): FreshState {
    const done = this.files.slice(0, this.fileIndex).map(({path}) => path)
    const current = this.files[this.fileIndex]
    const partial = this.fileOffset === 0 ? {} : {partial: {path: current.path, startByte: this.fileOffset}}
    return {nextSplitId: this.nextSplitId, donePaths: [...this.donePaths, ...done], ...partial}
  }

  restore({nextSplitId, donePaths, partial}: FreshState, isStreamGiven: boolean): void {
    this.isStreamGiven = isStreamGiven
    const done = new Set(donePaths)
    const isPartial = ({path}: {readonly path: string}) => path === partial?.path
    const left = this.files.filter(({path}) => !done.has(path))
    this.files = [...left.filter(isPartial), ...left.filter((file) => !isPartial(file))]
    this.donePaths = donePaths
    this.nextSplitId = nextSplitId
    this.fileIndex = 0
    this.fileOffset = this.files.some(isPartial) ? partial!.startByte : 0
    this.remainingBytes = this.files.reduce((sum, file) => sum + file.sizeBytes, -this.fileOffset)
  }

  /** A program's own splits are kept by number: what they hold need not be JSON. */
  withData(split: Split): Split {
    if (split.kind !== 'program' || this.input.kind !== 'program') return split
    return {...split, data: this.input.splits[split.splitId]}
  }

  private nextOfFile(splitId: number, wantedBytes: number): Split {
    const file = this.files[this.fileIndex]
    const {path, sizeBytes, compression} = file
    const startByte = this.fileOffset
    const endByte = compression === 'none' ? this.cutBefore(sizeBytes, wantedBytes) : sizeBytes
    this.remainingBytes -= endByte - startByte
    this.fileOffset = endByte === sizeBytes ? 0 : endByte
    if (endByte === sizeBytes) this.fileIndex += 1
    const split = {kind: 'file', splitId, path, startByte, endByte, fileSizeBytes: sizeBytes, compression} as const
    return isStream(file) ? {...split, isStream: true} : split
  }

  /** Where the split ends: a rest too small for a split of its own is taken along. */
  private cutBefore(sizeBytes: number, wantedBytes: number): number {
    const bytes = Math.min(this.splitSizeBytes, Math.max(this.smallestSplitBytes, wantedBytes))
    const endByte = this.fileOffset + bytes
    return sizeBytes - endByte < this.smallestSplitBytes ? sizeBytes : endByte
  }
}

function inputChanged(before: 'stdin' | 'socket', now: SourceInputSpec['kind']): FtsError {
  const [was, hint] =
    before === 'stdin'
      ? ['standard input, as a pipe', 'Give it as a pipe again: cat FILE | fts run …']
      : ['a socket', 'Leave the source as it was, or give it another uid.']
  return new FtsError(
    'user',
    'FTS_INPUT_CHANGED',
    `the checkpoint is of a source that read ${was}, and now the source reads ${now === 'files' ? 'a file' : now}`,
    {before, now},
    {tryThis: hint},
  )
}

function withoutData(split: Split): Split {
  return split.kind === 'program' ? {...split, data: null} : split
}

function isStream(file: {readonly isStream?: true}): boolean {
  return file.isStream === true
}

function isOneStream({kind}: SourceInputSpec): boolean {
  return kind === 'stdin' || kind === 'socket'
}
