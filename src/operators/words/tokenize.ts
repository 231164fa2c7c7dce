import type {Batch, WordKernel, WordTokenizer} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import {ExpansionLedger} from './expansion-ledger.js'
import {LocalCountOperator} from './local-count.js'
import {TokenizeAndCountOperator} from './tokenize-and-count.js'

const ROWS_PER_BATCH_MAX = 2048

/**
 * `words.tokenize`: text to words, one row a word in the order of the text. Fuses with a `words.local-count` behind it.
 *
 * The block is kept in the tokenizer's own memory until all its words are out, since it may take several calls.
 */
export class TokenizeOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private ledger!: ExpansionLedger
  private tokenizer: WordTokenizer | undefined
  private reserved: Uint8Array | undefined
  private hasText = false

  constructor(private readonly makeKernel: () => WordKernel) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.ledger = new ExpansionLedger(context.metrics)
    this.tokenizer = this.makeKernel().newTokenizer()
  }

  reserveBytes(minBytes: number): Uint8Array | undefined {
    this.reserved = this.tokenizer?.reserveInput(minBytes)
    return this.reserved
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'words.tokenize gets bytes', {actual: batch.kind})
    this.ledger.addLines(batch.rowCount)
    this.tokenizer?.start(this.keep(batch.bytes))
    this.hasText = true
  }

  drain(): boolean {
    while (this.hasText) {
      if (!this.output.hasRoom()) return false
      this.emitNext()
    }
    return true
  }

  finish(): boolean {
    if (!this.drain()) return false
    this.ledger.settle()
    const invalidUtf8 = this.tokenizer?.stats().invalidUtf8 ?? 0
    if (invalidUtf8 > 0) {
      this.context.metrics.add('invalidUtf8', invalidUtf8)
      this.context.report('invalidUtf8', invalidUtf8)
    }
    return true
  }

  fuseWith(next: Operator): Operator | undefined {
    if (!(next instanceof LocalCountOperator)) return undefined
    return new TokenizeAndCountOperator(this.makeKernel, next.config)
  }

  close(): void {
    this.tokenizer?.free()
    this.tokenizer = undefined
  }

  private emitNext(): void {
    const words = this.tokenizer?.next(ROWS_PER_BATCH_MAX)
    this.hasText = words !== undefined
    if (words === undefined) return
    this.ledger.addWords(words.rowCount)
    this.output.emit(words)
  }

  /** The text in the tokenizer's memory; a source that wrote it there spares the copy. */
  private keep(bytes: Uint8Array): Uint8Array {
    if (bytes.length > 0 && bytes.buffer === this.reserved?.buffer) return bytes
    const own = (this.tokenizer as WordTokenizer).reserveInput(bytes.length).subarray(0, bytes.length)
    own.set(bytes)
    return own
  }
}
