import type {Split} from '../../core/index.js'
import type {OperatorContext, Output, SourceOperator} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {type LineBlock, LineBlocks} from './line-blocks.js'
import {type OpenSplitOptions, openSplit} from './open-split.js'
import type {SplitReader} from './split-reader.js'

/** Config of `source.lines`; sizes in bytes, times in ms. */
export interface LinesSourceConfig {
  /** A block is read at once and is what the readers of records turn into one batch. */
  readonly blockSizeBytes: number
  /** A longer line fails the job: memory stays bounded. */
  readonly maxLineBytes: number
  readonly socketMaxRetries: number
  readonly socketRetryDelayMs: number
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
  private readonly splits: Split[] = []
  private allSplitsAssigned = false
  private split: Split | undefined
  private reader: SplitReader | undefined
  private hasStarted = false
  private progress = 0
  private readonly blocks: LineBlocks

  constructor(
    private readonly config: LinesSourceConfig,
    private readonly timers: Timers,
    private readonly openReader: OpenReader = openSplit,
  ) {
    this.blocks = new LineBlocks(config.blockSizeBytes, config.maxLineBytes)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
  }

  addSplit(split: Split): void {
    this.splits.push(split)
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
    this.split = this.splits.shift()
    if (this.split === undefined) return undefined
    const {config, timers, context} = this
    this.reader = this.openReader(this.split, {...config, timers, wake: () => context.wake()}, context)
    this.progress = 0
    this.hasStarted = false
    return this.reader
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
    const {split} = this
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
    if (this.hasStarted) this.emit(this.blocks.last(isCut(this.split)))
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

function isCut(split: Split | undefined): boolean {
  return split?.kind === 'file' && split.compression === 'none' && split.endByte < split.fileSizeBytes
}
