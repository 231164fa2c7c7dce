import {assert, type Split} from '../../core/index.js'
import type {
  Operator,
  OperatorContext,
  OperatorSnapshot,
  Output,
  SnapshotRequest,
  SourceOperator,
} from '../../operators/index.js'

/**
 * A source and the operator that makes records of what it reads, as one source: to the user they are one operator, with one name and one
 * parallelism. The operator must take every batch at once: it has no `drain`. State of both is kept in lists, whose names differ.
 */
export class SourceWithOperator implements SourceOperator {
  /** Of the snapshot under way. */
  private isSourcePrepared = false

  constructor(
    private readonly source: SourceOperator,
    private readonly operator: Operator,
  ) {}

  open(context: OperatorContext, output: Output): void {
    const {operator} = this
    operator.open(context, output)
    this.source.open(context, {
      emit: (batch) => operator.processBatch(batch, 0, 0),
      emitControl: (element) => output.emitControl(element),
      hasRoom: () => output.hasRoom(),
      reserveBytes: (minBytes) => operator.reserveBytes?.(minBytes),
      wantedBlockBytes: operator.wantedBlockBytes,
    })
  }

  addSplit(split: Split): void {
    this.source.addSplit(split)
  }

  /** What the source gives goes through the operator first. */
  prepareSnapshot(checkpointId: number): boolean {
    this.isSourcePrepared ||= this.source.prepareSnapshot?.(checkpointId) ?? true
    if (!this.isSourcePrepared) return false
    if (this.operator.prepareSnapshot?.(checkpointId) === false) return false
    this.isSourcePrepared = false
    return true
  }

  awaitsCheckpoint(): boolean {
    return this.source.awaitsCheckpoint?.() === true || this.operator.awaitsCheckpoint?.() === true
  }

  snapshotState(request: SnapshotRequest): OperatorSnapshot {
    const parts = [this.source.snapshotState(request), this.operator.snapshotState?.(request) ?? {}]
    assert(
      parts.every(({keyed}) => keyed === undefined),
      'a source has no keyed state',
    )
    return {lists: parts.flatMap(({lists = []}) => lists)}
  }

  checkpointCompleted(checkpointId: number): void {
    this.source.checkpointCompleted?.(checkpointId)
    this.operator.checkpointCompleted?.(checkpointId)
  }

  checkpointAborted(checkpointId: number): void {
    this.isSourcePrepared = false
    this.source.checkpointAborted?.(checkpointId)
    this.operator.checkpointAborted?.(checkpointId)
  }

  noMoreSplits(): void {
    this.source.noMoreSplits()
  }

  wantsSplit(): boolean {
    return this.source.wantsSplit()
  }

  poll(): 'more' | 'wait' | 'end' {
    const next = this.source.poll()
    if (next !== 'end') return next
    return this.operator.finish() ? 'end' : 'wait'
  }

  close(): void {
    this.source.close()
    this.operator.close()
  }
}
