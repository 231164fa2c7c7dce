import type {Split} from '../../core/index.js'
import type {Operator, OperatorContext, Output, SourceOperator} from '../../operators/index.js'

/**
 * A source and the operator that makes records of what it reads, as one source: to the user they are one operator, with one name and one
 * parallelism. The operator must take every batch at once: it has no `drain`.
 */
export class SourceWithOperator implements SourceOperator {
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
    })
  }

  addSplit(split: Split): void {
    this.source.addSplit(split)
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
