import type {ColumnBatch, WordMerger} from '../../columns/index.js'
import type {SpillFile} from '../../io/index.js'
import type {Steps} from '../steps.js'
import {RowFrameReader} from './row-frame-reader.js'
import type {SpillParts} from './spill-parts.js'

export interface RunMergeOptions {
  /** Size of a read block; each run holds two, and one frame. */
  readonly blockSizeBytes: number
  /** In the order of the runs. */
  newMerger(inputCount: number): WordMerger
  /** Takes the next rows, which are valid until it is called again; true ends the merge (a limit is reached). */
  readonly take: (batch: ColumnBatch) => Steps<boolean>
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

function* merge(readers: readonly RowFrameReader[], {newMerger, take}: RunMergeOptions): Steps {
  const merger = newMerger(readers.length)
  while (!merger.isDone) {
    yield* feed(merger, readers)
    const batch = merger.next()
    if (batch !== undefined && (yield* take(batch))) return
  }
}

function* feed(merger: WordMerger, readers: readonly RowFrameReader[]): Steps {
  for (let wanted = merger.wanted(); wanted >= 0; wanted = merger.wanted()) {
    const rows = readers[wanted].next()
    if (rows === 'pending') yield
    else if (rows === 'end') merger.end(wanted)
    else merger.feed(wanted, rows)
  }
}
