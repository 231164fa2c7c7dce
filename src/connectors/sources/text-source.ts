import {FtsError, type Split} from '../../core/index.js'
import type {OperatorContext, OperatorSnapshot, Output, SnapshotRequest, SourceOperator} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {CheckpointedOffsets} from './checkpointed-offsets.js'
import {openSplit} from './open-split.js'
import type {SplitReader} from './split-reader.js'
import {restoredSplits, type SplitState, splitStates} from './split-states.js'
import {countLines, lastWordBorder} from './text-blocks.js'

/** Config of `source.text`; sizes in bytes, times in ms. */
export interface TextSourceConfig {
  readonly blockSizeBytes: number
  /** A run of bytes without white space longer than this fails the job: memory stays bounded. */
  readonly maxWordBytes: number
  readonly socketMaxRetries: number
  readonly socketRetryDelayMs: number
}

/** How far a split was read. */
export interface TextPosition {
  /** Offset in the input of the first byte that did not go on. */
  readonly byte: number
  /** It stands in a line that has begun. */
  readonly openLine: boolean
}

/**
 * Text from files, standard input or a socket, as blocks that end at ASCII white space (or at the end of a split).
 *
 *   reader ─▶ [ carried tail │ new bytes … │ tail ]
 *              └──────── one block ───────┘   └─▶ carried to the next block
 */
export class TextSource implements SourceOperator {
  private context!: OperatorContext
  private output!: Output
  private readonly splits: SplitState<TextPosition>[] = []
  private current: SplitState<TextPosition> | undefined
  private readonly offsets = new CheckpointedOffsets()
  private allSplitsAssigned = false
  private reader: SplitReader | undefined
  private carried: Uint8Array
  private carriedBytes = 0
  /** Whether the bytes emitted last ended in the middle of a line. */
  private openLine = false
  private ownBlock: Uint8Array | undefined
  private readerProgress = 0
  private splitBytes = 0

  constructor(
    private readonly config: TextSourceConfig,
    private readonly timers: Timers,
  ) {
    this.carried = new Uint8Array(4096)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.splits.push(...restoredSplits<TextPosition>(context))
  }

  addSplit(split: Split): void {
    this.splits.push({split})
  }

  snapshotState({checkpointId}: SnapshotRequest): OperatorSnapshot {
    const {current, reader} = this
    if (current === undefined || reader === undefined) return {lists: [splitStates(this.splits)]}
    const state = this.stateOf(current, reader)
    if (state.at !== undefined) this.offsets.add(checkpointId, state.at.byte)
    return {lists: [splitStates([state, ...this.splits])]}
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
    const block = this.blockOf(this.carriedBytes + this.config.blockSizeBytes)
    const read = reader.read(block.subarray(this.carriedBytes))
    if (read === 'wait') return 'wait'
    if (read === 'end') this.endSplit(block)
    else this.take(block, this.carriedBytes + read, read)
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
    const {at} = next
    this.readerProgress = 0
    this.splitBytes = 0
    this.openLine = at?.openLine ?? false
    const resume = at === undefined ? {} : {resumeAt: at.byte}
    this.reader = openSplit(next.split, {
      ...this.config,
      maxLineBytes: this.config.maxWordBytes,
      timers: this.timers,
      wake: this.context.wake,
      ...resume,
    })
    return this.reader
  }

  /** What is carried has not gone on: it is read again. */
  private stateOf({split, at}: SplitState<TextPosition>, reader: SplitReader): SplitState<TextPosition> {
    if (this.splitBytes === 0) return at === undefined ? {split} : {split, at}
    return {split, at: {byte: reader.offset - this.carriedBytes, openLine: this.openLine}}
  }

  /** Where the next block goes: the next operator's memory, or a buffer of our own. */
  private blockOf(minBytes: number): Uint8Array {
    const offered = this.output.reserveBytes(minBytes)
    if (offered !== undefined) return offered
    if (this.ownBlock === undefined || this.ownBlock.length < minBytes) this.ownBlock = new Uint8Array(minBytes)
    return this.ownBlock
  }

  private take(block: Uint8Array, byteCount: number, newBytes: number): void {
    this.splitBytes += newBytes
    this.context.metrics.add('sourceBytes', newBytes)
    this.noteProgress()
    block.set(this.carried.subarray(0, this.carriedBytes))
    const border = lastWordBorder(block, byteCount)
    this.carry(block, border, byteCount)
    if (border > 0) this.emit(block.subarray(0, border), false)
  }

  private endSplit(block: Uint8Array): void {
    this.noteProgress()
    this.context.metrics.add('progressSplits', 1)
    const {missingBytes = 0} = this.reader ?? {}
    if (missingBytes > 0) this.context.report('missingInputBytes', missingBytes)
    this.reader?.close()
    this.reader = undefined
    this.offsets.clear()
    block.set(this.carried.subarray(0, this.carriedBytes))
    const rest = this.carriedBytes
    this.carriedBytes = 0
    if (rest > 0 || this.openLine) this.emit(block.subarray(0, rest), true)
  }

  private emit(bytes: Uint8Array, endsSplit: boolean): void {
    const endsLine = bytes.length > 0 ? bytes[bytes.length - 1] === 0x0a : !this.openLine
    const rowCount = countLines(bytes) + (endsSplit && !endsLine ? 1 : 0)
    this.openLine = !endsSplit && !endsLine
    this.context.metrics.add('sourceRecords', rowCount)
    if (bytes.length > 0 || rowCount > 0) this.output.emit({kind: 'bytes', bytes, rowCount})
  }

  private carry(block: Uint8Array, from: number, to: number): void {
    const byteCount = to - from
    if (byteCount > this.config.maxWordBytes) throw this.wordTooLong(byteCount)
    if (byteCount > this.carried.length) this.carried = new Uint8Array(byteCount * 2)
    this.carried.set(block.subarray(from, to))
    this.carriedBytes = byteCount
  }

  private noteProgress(): void {
    const progress = this.reader?.progressBytes ?? this.readerProgress
    this.context.metrics.add('progressBytes', progress - this.readerProgress)
    this.readerProgress = progress
  }

  private wordTooLong(byteCount: number): FtsError {
    const {maxWordBytes} = this.config
    const what = this.reader?.what ?? 'the input'
    return new FtsError(
      'user',
      'FTS_WORD_TOO_LONG',
      `${what} has more than ${maxWordBytes} bytes without white space (after ${this.splitBytes - byteCount} bytes of its split): that is no text of words`,
      {what, maxWordBytes},
      {tryThis: 'If it is meant, raise the limit with -D wordcount.max-word-size=64m.'},
    )
  }
}
