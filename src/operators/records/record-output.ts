import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {Collector} from '../functions/index.js'
import type {Output} from '../operator.js'
import {ownBatch} from './own-batch.js'
import {RowBuffer} from './row-buffer.js'

/** A batch for which there was no room; no tag: of the main output. */
interface Waiting {
  readonly batch: ObjectBatch
  readonly outputTag: string | undefined
}

/**
 * Where a record operator puts its results: gathers them into batches and hands these on while there is room. The first batch without
 * room blocks: the operator stops at the next record, and goes on when `tryFlush` has emptied what waits.
 *
 *   collect ─▶ RowBuffer ─ full, or flush ─▶ Output.emit          no room ─▶ waiting ─ tryFlush ─▶ Output.emit
 *
 * A record that makes many results of one cannot be stopped: what it makes without room waits here.
 */
export class RecordOutput<T = unknown> implements Collector<T> {
  /** Event time of what is collected next; MIN_TIMESTAMP_MS for none. */
  timestampMs = MIN_TIMESTAMP_MS
  /** A batch waits for room. */
  isBlocked = false
  /** Rows collected since the last `takeCount`, side outputs included. */
  private count = 0
  private readonly main = new RowBuffer()
  private readonly sides = new Map<string, RowBuffer>()
  private waiting: Waiting[] = []
  private failure: {readonly error: unknown} | undefined = undefined

  constructor(private readonly output: Output) {}

  collect(value: T): void {
    if (this.main.add(value, this.timestampMs)) this.turnOver(this.main, undefined)
  }

  /** To a side output, with a timestamp of its own. */
  collectSide(outputTag: string, value: unknown, timestampMs: number): void {
    let side = this.sides.get(outputTag)
    if (side === undefined) this.sides.set(outputTag, (side = new RowBuffer()))
    if (side.add(value, timestampMs)) this.turnOver(side, outputTag)
  }

  /** A whole batch, which is only borrowed, past the buffer, which is empty. */
  emitBatch(batch: ObjectBatch): void {
    if (batch.rowCount === 0) return
    this.count += batch.rowCount
    this.send(this.mustWait() ? ownBatch(batch) : batch, undefined)
  }

  /** Hands on what is gathered; what has no room waits. */
  flush(): void {
    if (this.main.rowCount > 0) this.turnOver(this.main, undefined)
    for (const [outputTag, side] of this.sides) if (side.rowCount > 0) this.turnOver(side, outputTag)
  }

  /** Hands on what waits, as far as there is room; true if nothing waits any more. */
  tryFlush(): boolean {
    let sent = 0
    while (sent < this.waiting.length && this.output.hasRoom()) {
      const {batch, outputTag} = this.waiting[sent++]
      this.emit(batch, outputTag)
    }
    if (sent > 0) this.waiting = this.waiting.slice(sent)
    this.isBlocked = this.waiting.length > 0
    return !this.isBlocked
  }

  /** Rows given out since the last call, for the ledger. */
  takeCount(): number {
    const {count} = this
    this.count = 0
    return count
  }

  /** Whether this error came from further down the chain, and so is none of the operator's function. */
  isFromDownstream(error: unknown): boolean {
    return this.failure !== undefined && this.failure.error === error
  }

  /** A function that caught what the next operator threw must not hide it. */
  throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error
  }

  private turnOver(buffer: RowBuffer, outputTag: string | undefined): void {
    this.count += buffer.rowCount
    this.send(buffer.take(this.mustWait()), outputTag)
  }

  private send(batch: ObjectBatch, outputTag: string | undefined): void {
    if (this.mustWait()) {
      this.waiting.push({batch, outputTag})
      this.isBlocked = true
    } else this.emit(batch, outputTag)
  }

  private mustWait(): boolean {
    return this.isBlocked || !this.output.hasRoom()
  }

  private emit(batch: ObjectBatch, outputTag: string | undefined): void {
    try {
      if (outputTag === undefined) this.output.emit(batch)
      else this.output.emitSide?.(outputTag, batch)
    } catch (error) {
      this.failure = {error}
      throw error
    }
  }
}
