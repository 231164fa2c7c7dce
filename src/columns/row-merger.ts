import {assert} from '../core/index.js'
import type {RowBuilder} from './row-builder.js'
import type {WordRows} from './word-rows.js'

/** How sorted streams of (word, count) are ordered: `count` is count descending, then the word's bytes ascending. */
export type SortedOrder = 'count' | 'word'

const NO_ROWS: WordRows = {
  words: {type: 'utf8', bytes: new Uint8Array(0), offsets: new Int32Array(1)},
  counts: new Float64Array(0),
  rowCount: 0,
}

/**
 * Merges sorted inputs into one sorted output: a tournament tree, one comparison per level and row.
 *
 *   node 0: the winner        each inner node keeps the loser of its match; the leaves are the inputs,
 *   node 1 … k-1: losers      leaf i below node (i + k) >> 1. Only the winner's path is played again.
 *
 * Shape    an input holds one batch of rows at a time, which the caller keeps valid until `wanted` names the input again.
 * Errors   `invariant` if rows are fed to an input that still has some.
 * Source   Knuth, The Art of Computer Programming 3, section 5.4.1 (replacement selection by a tree of losers).
 */
export class RowMerger {
  private readonly losers: Int32Array
  private readonly inputs: Input[]
  /** Inputs whose next row is not known; the tree stands once there is none for the first time. */
  private wantingCount: number
  private isBuilt = false

  constructor(
    private readonly order: SortedOrder,
    inputCount: number,
  ) {
    this.losers = new Int32Array(Math.max(1, inputCount))
    this.inputs = Array.from({length: inputCount}, () => new Input())
    this.wantingCount = inputCount
  }

  /** An input that must be fed or ended before `merge` can go on, or -1. */
  wanted(): number {
    return this.wantingCount === 0 ? -1 : this.inputs.findIndex((input) => input.isWanting)
  }

  isWanting(index: number): boolean {
    return this.inputs[index].isWanting
  }

  /** Every input has ended and all rows are merged. */
  get isDone(): boolean {
    if (this.wantingCount > 0) return false
    return this.inputs.every((input) => input.isExhausted)
  }

  feed(index: number, rows: WordRows): void {
    const input = this.inputs[index]
    assert(input.isWanting, 'rows are fed to an input that has none', {index})
    if (rows.rowCount === 0) return
    input.feed(rows)
    this.settle(index)
  }

  /** The input gets no more rows; those it has are still merged. */
  end(index: number): void {
    const input = this.inputs[index]
    input.isEnded = true
    if (!input.isWanting) return
    input.exhaust()
    this.settle(index)
  }

  /** Moves rows until `into` is full (true) or an input must be fed or all is done (false). */
  merge(into: RowBuilder): boolean {
    if (this.wantingCount > 0) return false
    for (;;) {
      const winner = this.losers[0]
      const input = this.inputs[winner]
      if (input === undefined || input.isExhausted) return false
      if (!input.tryMoveRow(into)) return true
      if (input.row < input.rowCount) this.replay(winner)
      else if (!this.turnPage(winner, input)) return false
    }
  }

  /** The winner has used up its rows; false if more must come. */
  private turnPage(index: number, input: Input): boolean {
    if (!input.isEnded) {
      input.isWanting = true
      this.wantingCount += 1
      return false
    }
    input.exhaust()
    this.replay(index)
    return true
  }

  private settle(index: number): void {
    this.wantingCount -= 1
    if (this.isBuilt) this.replay(index)
    else if (this.wantingCount === 0) this.build()
  }

  /** Plays all matches once: each leaf climbs until it meets an empty node, where it waits for its opponent. */
  private build(): void {
    this.isBuilt = true
    const count = this.inputs.length
    const waiting = new Int32Array(count).fill(-1)
    for (let leaf = 0; leaf < count; leaf++) this.climb(leaf, waiting)
  }

  private climb(leaf: number, waiting: Int32Array): void {
    let winner = leaf
    for (let node = (leaf + this.inputs.length) >> 1; node > 0; node >>= 1) {
      const other = waiting[node]
      if (other < 0) {
        waiting[node] = winner
        return
      }
      const otherWins = this.precedes(other, winner)
      this.losers[node] = otherWins ? winner : other
      if (otherWins) winner = other
    }
    this.losers[0] = winner
  }

  private replay(leaf: number): void {
    const {losers} = this
    let winner = leaf
    for (let node = (leaf + this.inputs.length) >> 1; node > 0; node >>= 1) {
      const other = losers[node]
      if (!this.precedes(other, winner)) continue
      losers[node] = winner
      winner = other
    }
    losers[0] = winner
  }

  private precedes(indexA: number, indexB: number): boolean {
    const a = this.inputs[indexA]
    const b = this.inputs[indexB]
    if (a.isExhausted || b.isExhausted) return !a.isExhausted
    if (this.order === 'count' && a.count !== b.count) return a.count > b.count
    return compareBytes(a, b) < 0
  }
}

/** One sorted input: its current rows and where it stands in them. */
class Input {
  isWanting = true
  isEnded = false
  isExhausted = false
  bytes = NO_ROWS.words.bytes
  offsets = NO_ROWS.words.offsets
  counts = NO_ROWS.counts
  rowCount = 0
  row = 0
  /** The current row. */
  start = 0
  end = 0
  count = 0

  feed(rows: WordRows): void {
    this.isWanting = false
    this.bytes = rows.words.bytes
    this.offsets = rows.words.offsets
    this.counts = rows.counts
    this.rowCount = rows.rowCount
    this.row = 0
    this.look()
  }

  exhaust(): void {
    this.isWanting = false
    this.isExhausted = true
    this.feedNothing()
  }

  tryMoveRow(into: RowBuilder): boolean {
    if (!into.tryAppend(this.bytes, this.start, this.end, this.count)) return false
    this.row += 1
    if (this.row < this.rowCount) this.look()
    return true
  }

  private look(): void {
    this.start = this.offsets[this.row]
    this.end = this.offsets[this.row + 1]
    this.count = this.counts[this.row]
  }

  private feedNothing(): void {
    this.bytes = NO_ROWS.words.bytes
    this.offsets = NO_ROWS.words.offsets
    this.counts = NO_ROWS.counts
  }
}

function compareBytes(a: Input, b: Input): number {
  const bytesA = a.bytes
  const bytesB = b.bytes
  const shared = Math.min(a.end - a.start, b.end - b.start)
  for (let i = 0, atA = a.start, atB = b.start; i < shared; i++, atA++, atB++) {
    if (bytesA[atA] !== bytesB[atB]) return bytesA[atA] - bytesB[atB]
  }
  return a.end - a.start - (b.end - b.start)
}
