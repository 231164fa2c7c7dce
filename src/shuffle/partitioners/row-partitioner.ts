import type {Batch} from '../../columns/index.js'

/** Takes the rows of a batch that go to one subpartition: those listed, or all. `rows` is used again after the call. */
export type DealRows = (subpartition: number, rows: Int32Array | undefined, rowCount: number) => void

/** Decides which subpartition each row of a batch goes to. */
export interface RowPartitioner {
  partition(batch: Batch, deal: DealRows): void
}
