import {copyWordRows} from './copy-word-rows.js'
import {RowBuilder} from './row-builder.js'
import type {WordRows} from './word-rows.js'

/** Where a table has its words; they stay what they are, also when they move. */
export interface WordPlaces {
  readonly bytes: Uint8Array
  startOf(entry: number): number
  lengthOf(entry: number): number
}

const ROWS = 2048
const ROW_BYTES = 32 * 1024

/**
 * The words that a table had at one moment, with their counts then, to be read while it counts on: words do not change and stay in the order in
 * which they came, so only the counts are copied.
 */
export class FrozenWords {
  private entry = 0
  private readonly builder = new RowBuilder(ROWS, ROW_BYTES)
  private kept: WordRows[] | undefined

  constructor(
    private readonly places: WordPlaces,
    private readonly counts: Float64Array,
  ) {}

  /** Words in all. */
  get size(): number {
    return this.counts.length
  }

  /** The next rows, borrowed until the next call of anything; undefined when all were read. */
  readRows(): WordRows | undefined {
    return this.kept === undefined ? this.copyRows() : this.kept.shift()
  }

  /** Copies what was not read yet: the table is about to be emptied. */
  keep(): void {
    if (this.kept !== undefined) return
    const kept: WordRows[] = []
    for (let rows = this.copyRows(); rows !== undefined; rows = this.copyRows()) kept.push(copyWordRows(rows, 0))
    this.kept = kept
  }

  /** Nobody reads the rest. */
  drop(): void {
    this.kept = []
  }

  private copyRows(): WordRows | undefined {
    const {places, counts, builder} = this
    const {bytes} = places
    builder.clear()
    for (; this.entry < counts.length; this.entry++) {
      const start = places.startOf(this.entry)
      if (!builder.tryAppend(bytes, start, start + places.lengthOf(this.entry), counts[this.entry])) break
    }
    return builder.isEmpty ? undefined : builder.rows()
  }
}
