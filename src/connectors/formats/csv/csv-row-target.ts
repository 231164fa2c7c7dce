import type {Batch} from '../../../columns/index.js'
import type {OperatorContext} from '../../../operators/index.js'
import type {DecodeUtf8} from './compile-csv-rows.js'
import type {CsvColumn} from './csv-columns.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/** What records of CSV become. */
export interface CsvRowTarget {
  /** Records since the last `take`. */
  readonly rowCount: number
  /** See `Operator.wantedBlockBytes`. */
  readonly wantedBlockBytes?: number
  /** Called once, before all others. */
  open?(context: OperatorContext): void
  /** Called before the first record, and again if the columns change. */
  setColumns(columns: readonly CsvColumn[], options: ResolvedCsvOptions, decodeUtf8: DecodeUtf8): void
  /** The records of `bytes` come next; a line end stands before `plainEnd`. */
  startBlock(bytes: Buffer, plainEnd: number): void
  /** Takes plain records of the block from `from` on; answers where it stopped: at `end` or at a record that is not plain. */
  readPlain(bytes: Buffer, from: number, end: number): number
  /** Takes a record that the exact reader has read. */
  add(row: Record<string, unknown>): void
  /** What was taken, as a batch; undefined if it is nothing. */
  take(): Batch | undefined
  /** What was kept back, when the input has ended. */
  takeLast?(): Batch | undefined
}
