import type {BlockOrigin} from '../../src/columns/index.js'
import type {OperatorListState, RestoredOperatorState} from '../../src/core/index.js'
import {TaskMetrics, type TaskMetricsSnapshot} from '../../src/metrics/index.js'
import type {Operator, OperatorContext, Output, SnapshotRequest} from '../../src/operators/index.js'

export interface GivenBlock {
  readonly bytes: Uint8Array | string
  readonly origin?: BlockOrigin
}

/** What an operator gave for blocks of text. */
export interface RecordOutput {
  /** Records of the main output, or, for bytes, the text as one value a batch. */
  readonly values: readonly unknown[]
  readonly side: Readonly<Record<string, readonly unknown[]>>
  readonly metrics: TaskMetricsSnapshot
  readonly reports: Readonly<Record<string, number>>
  /** Lines and records in, less what came of them: 0 when the books balance. */
  readonly ledger: number
  /** What it answered at a barrier behind the last block, where it was stopped there. */
  readonly lists: readonly OperatorListState[]
}

/** Runs an operator over blocks from open to close; each block's bytes are overwritten when the call returns, as borrowed memory may be.
 * With `stops` a barrier follows the last block, and no end of input. */
export function runOnBlocks(
  operator: Operator,
  blocks: readonly GivenBlock[],
  {restored, stops = false}: {readonly restored?: RestoredOperatorState; readonly stops?: boolean} = {},
): RecordOutput {
  const metrics = new TaskMetrics()
  const values: unknown[] = []
  const side: Record<string, unknown[]> = {}
  const reports: Record<string, number> = {}
  let recordsIn = 0
  let recordsOut = 0
  const output: Output = {
    emit: (batch) => {
      recordsOut += batch.rowCount
      if (batch.kind === 'objects') values.push(...batch.values.slice(0, batch.rowCount))
      else if (batch.kind === 'bytes') values.push(Buffer.from(batch.bytes).toString('utf8'))
    },
    emitSide: (tag, batch) => {
      if (batch.kind === 'objects') (side[tag] ??= []).push(...batch.values)
    },
    emitControl: () => {},
    hasRoom: () => true,
    reserveBytes: () => undefined,
  }
  const report = (key: string, count: number) => {
    reports[key] = (reports[key] ?? 0) + count
  }
  operator.open({metrics, report, restored} as unknown as OperatorContext, output)
  let lists: readonly OperatorListState[] = []
  try {
    for (const {bytes, origin} of blocks) {
      const copy = Buffer.from(bytes)
      const rowCount = lineCount(copy)
      recordsIn += rowCount
      operator.processBatch({kind: 'bytes', bytes: copy, rowCount, ...(origin === undefined ? {} : {origin})}, 0, 0)
      copy.fill(0x78)
    }
    if (stops) {
      operator.prepareSnapshot?.(1)
      lists = operator.snapshotState?.({} as SnapshotRequest).lists ?? []
    } else operator.finish()
  } finally {
    operator.close()
  }
  const {recordsExpanded, recordsCombined, recordsFiltered, recordsBad} = metrics.snapshot()
  const ledger = recordsIn + recordsExpanded - recordsOut - recordsCombined - recordsFiltered - recordsBad
  return {values, side, metrics: metrics.snapshot(), reports, ledger, lists}
}

/** A text as the blocks of one split: cut behind the line ends whose number is in `cutsAfterLines`, which count from 1. */
export function blocksOf(
  text: string | Uint8Array,
  cutsAfterLines: readonly number[] = [],
  input = 'data.csv',
): GivenBlock[] {
  const bytes = Buffer.from(text)
  const borders = [0]
  let line = 0
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 10 && cutsAfterLines.includes(++line)) borders.push(i + 1)
  }
  return borders.map((startByte, index) => {
    const isLast = index === borders.length - 1
    const end = isLast ? bytes.length : borders[index + 1]
    return {bytes: bytes.subarray(startByte, end), origin: {input, startByte, endsSplit: isLast, isCut: false}}
  })
}

function lineCount(bytes: Uint8Array): number {
  let count = bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0
  for (const byte of bytes) if (byte === 10) count++
  return count
}
