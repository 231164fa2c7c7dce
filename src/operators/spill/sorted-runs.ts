import type {ColumnBatch, SortedOrder, WordKernel, WordRows} from '../../columns/index.js'
import type {SpillFile} from '../../io/index.js'
import {wordRowsOf} from '../rows/word-rows.js'
import type {Steps} from '../steps.js'
import {mergeRuns, type RunMergeOptions} from './run-merge.js'
import {RunWriter} from './run-writer.js'
import type {SpillParts} from './spill-parts.js'

/** Takes a batch of results, waiting until there is room; true when no more are wanted. */
export type TakeBatch = (batch: ColumnBatch) => Steps<boolean>

/** Runs merged at once; more are first merged to fewer. */
const MERGE_FAN_IN = 64
const BLOCK_BYTES_MAX = 64 * 1024
const BLOCK_BYTES_MIN = 4 * 1024
/** Two blocks of the reader and one frame. */
const BLOCKS_PER_RUN = 3

export interface SortedRunsOptions {
  readonly kernel: WordKernel
  readonly order: SortedOrder
  /** Rows wanted of the whole; a run never keeps more. */
  readonly limit: number
}

/** Sorted runs on disk, and their merge into one sorted stream. */
export class SortedRuns {
  private runs: SpillFile[] = []

  constructor(
    private readonly parts: SpillParts,
    private readonly options: SortedRunsOptions,
  ) {}

  /** Writes a run of the rows that `next` gives, in order, until it gives none. */
  *add(next: () => WordRows | undefined): Steps {
    const writer = new RunWriter(this.parts, this.options.limit)
    for (let rows = next(); rows !== undefined && !writer.isFull; rows = next()) yield* writer.write(rows)
    this.runs.push(yield* writer.finish())
  }

  /** Merges all runs; the readers' blocks take at most `memoryBytes`, or what 64 of the smallest take. */
  *emit(take: TakeBatch, memoryBytes: number): Steps {
    while (this.runs.length > MERGE_FAN_IN) yield* this.mergeSome(memoryBytes)
    const runs = this.runs
    this.runs = []
    yield* mergeRuns(this.parts, runs, {...this.mergeOptions(runs.length, memoryBytes), take})
  }

  /** Merges the oldest runs to one. */
  private *mergeSome(memoryBytes: number): Steps {
    const writer = new RunWriter(this.parts, this.options.limit)
    yield* mergeRuns(this.parts, this.runs.splice(0, MERGE_FAN_IN), {
      ...this.mergeOptions(MERGE_FAN_IN, memoryBytes),
      *take(batch) {
        yield* writer.write(wordRowsOf(batch))
        return writer.isFull
      },
    })
    this.runs.push(yield* writer.finish())
  }

  private mergeOptions(runCount: number, memoryBytes: number): Omit<RunMergeOptions, 'take'> {
    const fair = Math.floor(memoryBytes / (BLOCKS_PER_RUN * Math.max(1, runCount)))
    const blockSizeBytes = Math.min(BLOCK_BYTES_MAX, Math.max(BLOCK_BYTES_MIN, fair))
    const {kernel, order} = this.options
    return {newMerger: (inputCount) => kernel.newMerger(order, inputCount), blockSizeBytes}
  }
}
