import type {Batch, WordKernel} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import {ExpansionLedger} from './expansion-ledger.js'
import type {LocalCountConfig} from './local-count-config.js'
import {LocalTable} from './local-table.js'

/**
 * `words.tokenize` and `words.local-count` in one pass over the bytes: words are counted where they stand in the block.
 * Counters and reports are those of the two operators.
 */
export class TokenizeAndCountOperator implements Operator {
  private ledger!: ExpansionLedger
  private table: LocalTable | undefined
  /** The rest of a borrowed block that waits until the table is flushed. */
  private held: Uint8Array | undefined
  private invalidUtf8 = 0
  private isFinishing = false
  private context!: OperatorContext

  constructor(
    private readonly makeKernel: () => WordKernel,
    private readonly config: LocalCountConfig,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.ledger = new ExpansionLedger(context.metrics)
    this.table = new LocalTable(this.makeKernel(), context, {
      output,
      memoryShare: this.config.memoryShare,
      flushed: ({words, invalidUtf8, rows}) => {
        this.ledger.addWords(words)
        this.invalidUtf8 += invalidUtf8
        context.metrics.add('recordsCombined', words - rows)
      },
    })
  }

  reserveBytes(minBytes: number): Uint8Array | undefined {
    return this.table?.reserveInput(minBytes)
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'words.tokenize gets bytes', {actual: batch.kind})
    this.ledger.addLines(batch.rowCount)
    this.count(batch.bytes)
  }

  /** What is counted goes before the barrier, so there is no state. */
  prepareSnapshot(checkpointId: number): boolean {
    return this.opened.tryPrepare(checkpointId)
  }

  drain(): boolean {
    while (this.opened.tryFlush()) {
      const text = this.held
      if (text === undefined) return true
      this.held = undefined
      this.count(text)
    }
    return false
  }

  finish(): boolean {
    if (!this.isFinishing) this.beginFinish()
    return this.opened.tryFlush()
  }

  close(): void {
    this.table?.close()
  }

  private get opened(): LocalTable {
    return this.table as LocalTable
  }

  private count(text: Uint8Array): void {
    const reached = this.opened.countText(text, 0)
    if (reached >= text.length) return
    this.held = new Uint8Array(text.subarray(reached))
    this.opened.beginFlush()
  }

  private beginFinish(): void {
    this.isFinishing = true
    this.opened.beginFlush()
    if (this.invalidUtf8 === 0) return
    this.context.metrics.add('invalidUtf8', this.invalidUtf8)
    this.context.report('invalidUtf8', this.invalidUtf8)
  }
}
