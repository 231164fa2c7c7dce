import type {Batch, ColumnBatch, WordRows} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import {countColumnOf, wordColumnOf} from './word-rows.js'

/**
 * Reads batches of WORD_SCHEMA or WORD_COUNT_SCHEMA as rows of (word, count); a row without a count counts 1.
 * Errors: `invariant` for any other batch.
 */
export class WordRowsReader {
  private ones = new Float64Array(0)

  constructor(private readonly operator: string) {}

  read(batch: Batch): WordRows {
    const columns = this.check(batch)
    return {
      words: wordColumnOf(columns),
      counts: countColumnOf(columns) ?? this.onesFor(columns.rowCount),
      rowCount: columns.rowCount,
    }
  }

  private check(batch: Batch): ColumnBatch {
    const types = batch.kind === 'columns' ? batch.columns.map((column) => column.type).join() : batch.kind
    assert(
      types === 'utf8' || types === 'utf8,f64',
      'a word operator gets columns (word utf8) or (word utf8, count f64)',
      {
        operator: this.operator,
        actual: types,
      },
    )
    return batch as ColumnBatch
  }

  private onesFor(rowCount: number): Float64Array {
    if (this.ones.length < rowCount) this.ones = new Float64Array(Math.max(rowCount, 2 * this.ones.length)).fill(1)
    return this.ones
  }
}
