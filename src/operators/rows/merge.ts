import type {Batch, SortedOrder, WordKernel, WordMerger} from '../../columns/index.js'
import {FtsError} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import type {OperatorSnapshot} from '../snapshots.js'
import {firstRows} from './first-rows.js'
import {WordRowsReader} from './word-rows-reader.js'

export interface MergeConfig {
  readonly order: SortedOrder
  /** Emits only this many rows. */
  readonly limit: number
}

/**
 * `rows.merge`: the sorted channels of one input into one sorted stream, at parallelism 1.
 *
 * It asks for the channels it needs (`selectChannel`), and the kernel keeps a copy of one batch of each. With one channel, batches are
 * handed on as they are. Rows beyond the limit are counted as filtered.
 */
export class MergeOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private reader!: WordRowsReader
  private merger!: WordMerger
  private channelCount = 1
  private left: number
  private rowsIn = 0
  private isDone = false
  private rowsOut = 0

  constructor(
    private readonly makeKernel: () => WordKernel,
    private readonly config: MergeConfig,
  ) {
    this.left = config.limit
  }

  open(context: OperatorContext, output: Output): void {
    checkParallelism(context)
    this.context = context
    this.output = output
    this.reader = new WordRowsReader(context.operatorName)
    this.channelCount = context.inputChannelCounts[0] ?? 1
    this.merger = this.makeKernel().newMerger(this.config.order, this.channelCount)
  }

  /** Before the first rows any: barriers come before them, of all channels, and it may be that one of them is held already. */
  selectChannel(): number {
    return this.channelCount === 1 || this.left === 0 || this.rowsIn === 0 ? -1 : this.merger.wanted()
  }

  /** Errors: `user` FTS_MERGE_STATE once rows are here: they come when all input is counted, and not for long. */
  snapshotState(): OperatorSnapshot {
    if (this.rowsIn === 0 || this.isDone) return {}
    throw new FtsError(
      'user',
      'FTS_MERGE_STATE',
      `${this.context.operatorName}: rows that are being merged cannot be stored in a checkpoint`,
      {rows: this.rowsIn},
      {tryThis: 'Run the job without checkpoints.'},
    )
  }

  processBatch(batch: Batch, _inputIndex: number, channel: number): void {
    const rows = this.reader.read(batch)
    this.rowsIn += rows.rowCount
    if (this.left === 0 || batch.kind !== 'columns') return
    if (this.channelCount === 1) this.emit(batch)
    else this.merger.feed(channel, rows)
  }

  channelFinished(_inputIndex: number, channel: number): void {
    this.merger.end(channel)
  }

  drain(): boolean {
    if (this.channelCount === 1) return true
    while (this.left > 0 && this.merger.wanted() < 0 && !this.merger.isDone) {
      if (!this.output.hasRoom()) return false
      const batch = this.merger.next()
      if (batch !== undefined) this.emit(batch)
    }
    return true
  }

  finish(): boolean {
    for (let channel = 0; channel < this.channelCount; channel++) this.merger.end(channel)
    if (!this.drain()) return false
    this.context.metrics.add('recordsFiltered', this.rowsIn - this.rowsOut)
    this.isDone = true
    return true
  }

  close(): void {}

  private emit(batch: Batch & {readonly kind: 'columns'}): void {
    const taken = firstRows(batch, this.left)
    this.left -= taken.rowCount
    this.rowsOut += taken.rowCount
    this.output.emit(taken)
  }
}

function checkParallelism(context: OperatorContext): void {
  if (context.parallelism === 1) return
  const {parallelism, operatorName} = context
  throw new FtsError(
    'user',
    'FTS_MERGE_PARALLELISM',
    `operator ${operatorName} has parallelism ${parallelism}, but only one subtask can make one sorted stream`,
    {parallelism},
    {tryThis: 'Set its parallelism to 1.'},
  )
}
