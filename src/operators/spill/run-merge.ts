import type {SpillFile} from '../../io/index.js'
import type {RowBuilder} from '../rows/row-builder.js'
import {RowMerger, type SortedOrder} from '../rows/row-merger.js'
import type {Steps} from '../steps.js'
import {RowFrameReader} from './row-frame-reader.js'
import type {SpillParts} from './spill-parts.js'

export interface RunMergeOptions {
  readonly order: SortedOrder
  /** Size of a read block; each run holds two, and one frame. */
  readonly blockSizeBytes: number
  /** Where merged rows are gathered; shared with the operator. */
  readonly builder: RowBuilder
  /** Takes the builder's rows each time it is full and at the end; true ends the merge (a limit is reached). */
  readonly take: () => Steps<boolean>
}

/** Merges sorted runs, reading each a block ahead, and deletes their files. */
export function* mergeRuns(parts: SpillParts, runs: readonly SpillFile[], options: RunMergeOptions): Steps {
  const {blockSizeBytes} = options
  const readers = runs.map((run) => new RowFrameReader(parts.io.openReader(run, {blockSizeBytes, wake: parts.wake})))
  try {
    yield* merge(readers, options)
  } finally {
    for (const reader of readers) reader.close()
  }
  for (const run of runs) run.delete()
}

function* merge(readers: readonly RowFrameReader[], {order, builder, take}: RunMergeOptions): Steps {
  const merger = new RowMerger(order, readers.length)
  while (!merger.isDone) {
    yield* feed(merger, readers)
    if (merger.merge(builder) && (yield* take())) return
  }
  if (!builder.isEmpty) yield* take()
}

function* feed(merger: RowMerger, readers: readonly RowFrameReader[]): Steps {
  for (let wanted = merger.wanted(); wanted >= 0; wanted = merger.wanted()) {
    const rows = readers[wanted].next()
    if (rows === 'pending') yield
    else if (rows === 'end') merger.end(wanted)
    else merger.feed(wanted, rows)
  }
}
