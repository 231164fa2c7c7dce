import type {Split} from '../../core/index.js'
import type {OperatorContext, OperatorSnapshot, Output, SnapshotRequest, SourceOperator} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {CheckpointedOffsets} from './checkpointed-offsets.js'
import {type LineBlock, LineBlocks} from './line-blocks.js'
import {type OpenSplitOptions, openSplit} from './open-split.js'
import type {SplitReader} from './split-reader.js'
import {restoredSplits, type SplitState, splitStates} from './split-states.js'

/** About a thousand records: what is made of a block is one batch, and its objects die young. Measured, see the README. */
const BLOCK_SIZE_BYTES = 64 * 1024

/** Config of `source.lines`; sizes in bytes, times in ms. */
export interface LinesSourceConfig {
  /** A block is read at once and is what the readers of records turn into one batch. Absent: what the reader wants, else 64 KiB. */
  readonly blockSizeBytes?: number
  /** A longer line fails the job: memory stays bounded. */
  readonly maxLineBytes: number
  /** What ends a record; default: a line end. */
  readonly delimiter?: string
  readonly socketMaxRetries: number
  readonly socketRetryDelayMs: number
}

/** How far a split was read. */
export interface LinesPosition {
  /** Offset in the input of the first line that was not given. */
  readonly byte: number
  /** Of readers that have a position of their own: it, and what they had given beyond `byte` (base64). */
  readonly reader?: unknown
  readonly rest?: string
}

/** How a source comes from a split to its bytes. */
export type OpenReader = (split: Split, options: OpenSplitOptions, context: OperatorContext) => SplitReader

/**
 * `source.lines`: text from files, standard input or a socket, as blocks of whole lines that say where they are from, for the readers of
 * records (`csv.parse`, `json.parse`). A split ends with a block that says so, which may be empty.
 */
export class LinesSource implements SourceOperator {
  private context!: OperatorContext
  private output!: Output
  private readonly splits: SplitState<LinesPosition>[] = []
  private allSplitsAssigned = false
  private current: SplitState<LinesPosition> | undefined
  private readonly offsets = new CheckpointedOffsets()
  private reader: SplitReader | undefined
  private hasStarted = false
  private progress = 0
  private blocks!: LineBlocks

  constructor(
    private readonly config: LinesSourceConfig,
    private readonly timers: Timers,
    private readonly openReader: OpenReader = openSplit,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    const {blockSizeBytes, maxLineBytes, delimiter} = this.config
    this.blocks = new LineBlocks(blockSizeBytes ?? output.wantedBlockBytes ?? BLOCK_SIZE_BYTES, maxLineBytes, delimiter)
    this.splits.push(...restoredSplits<LinesPosition>(context))
  }

  addSplit(split: Split): void {
    this.addState({split})
  }

  /** A split that goes on where another source was with it. */
  addState(state: SplitState<LinesPosition>): void {
    this.splits.push(state)
  }

  /** The splits that are not read to the end. */
  states(): readonly SplitState<LinesPosition>[] {
    const {current, reader} = this
    return current === undefined || reader === undefined ? this.splits : [this.stateOf(current, reader), ...this.splits]
  }

  snapshotState({checkpointId}: SnapshotRequest): OperatorSnapshot {
    if (this.hasStarted) this.offsets.add(checkpointId, this.blocks.offset)
    return {lists: [splitStates(this.states())]}
  }

  checkpointCompleted(checkpointId: number): void {
    const offset = this.offsets.completed(checkpointId)
    if (offset !== undefined) this.reader?.forgetBefore?.(offset)
  }

  noMoreSplits(): void {
    this.allSplitsAssigned = true
  }

  /** One split is asked for ahead, so that reading never waits for the JobMaster. */
  wantsSplit(): boolean {
    return this.splits.length === 0 && !this.allSplitsAssigned
  }

  poll(): 'more' | 'wait' | 'end' {
    const reader = this.reader ?? this.openNext()
    if (reader === undefined) return this.allSplitsAssigned ? 'end' : 'wait'
    const read = reader.read(this.blocks.free())
    if (read === 'wait') return 'wait'
    if (read === 'end') this.endSplit(reader)
    else this.take(reader, read)
    return 'more'
  }

  close(): void {
    this.reader?.close()
    this.reader = undefined
  }

  private openNext(): SplitReader | undefined {
    const next = this.splits.shift()
    this.current = next
    if (next === undefined) return undefined
    const {config, timers, context} = this
    const reader = this.openReader(
      next.split,
      {...config, timers, wake: () => context.wake(), ...resumedAt(next)},
      context,
    )
    this.reader = reader
    this.progress = 0
    this.hasStarted = next.at !== undefined
    if (next.at !== undefined) this.blocks.resume(reader.what, next.at.byte, Buffer.from(next.at.rest ?? '', 'base64'))
    return reader
  }

  /** A reader with a position cannot be asked again for what the blocks still have; others are. */
  private stateOf({split, at}: SplitState<LinesPosition>, {position}: SplitReader): SplitState<LinesPosition> {
    if (!this.hasStarted) return at === undefined ? {split} : {split, at}
    const {offset} = this.blocks
    if (position === undefined) return {split, at: {byte: offset}}
    return {split, at: {byte: offset, reader: position, rest: Buffer.from(this.blocks.rest()).toString('base64')}}
  }

  private take(reader: SplitReader, byteCount: number): void {
    if (!this.hasStarted) this.start(reader, byteCount)
    this.context.metrics.add('sourceBytes', byteCount)
    this.noteProgress(reader)
    const block = this.blocks.accept(byteCount)
    if (block !== undefined) this.emit(block)
  }

  /** Where a split's first line begins is known when its first bytes are there. */
  private start(reader: SplitReader, byteCount: number): void {
    this.hasStarted = true
    const {split} = this.current ?? {}
    const isRange = split?.kind === 'file' && split.compression === 'none'
    const first = isRange ? split.startByte + reader.progressBytes - byteCount : (reader.firstByte ?? 0)
    this.blocks.start(reader.what, first)
  }

  private endSplit(reader: SplitReader): void {
    this.noteProgress(reader)
    this.context.metrics.add('progressSplits', 1)
    const {missingBytes = 0} = reader
    if (missingBytes > 0) this.context.report('missingInputBytes', missingBytes)
    reader.close()
    this.reader = undefined
    this.offsets.clear()
    if (this.hasStarted) this.emit(this.blocks.last(isCut(this.current?.split)))
  }

  private emit(block: LineBlock): void {
    this.context.metrics.add('sourceRecords', block.rowCount)
    this.output.emit({kind: 'bytes', ...block})
    this.blocks.moveOn(block)
  }

  private noteProgress(reader: SplitReader): void {
    this.context.metrics.add('progressBytes', reader.progressBytes - this.progress)
    this.progress = reader.progressBytes
  }
}

function resumedAt({at}: SplitState<LinesPosition>): Pick<OpenSplitOptions, 'resumeAt' | 'resumePosition'> {
  if (at === undefined) return {}
  return at.reader === undefined ? {resumeAt: at.byte} : {resumePosition: at.reader}
}

function isCut(split: Split | undefined): boolean {
  return split?.kind === 'file' && split.compression === 'none' && split.endByte < split.fileSizeBytes
}
