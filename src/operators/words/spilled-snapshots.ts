import {WORD_COUNT_SCHEMA, type WordRows} from '../../columns/index.js'
import type {KeyedStateHandle, StateFileHandle} from '../../core/index.js'
import type {SpillFile} from '../../io/index.js'
import {createBatchSerializer} from '../../types/index.js'
import type {OperatorContext} from '../operator.js'
import type {KeyedSnapshot, SnapshotRequest} from '../snapshots.js'
import {RowFrameReader} from '../spill/row-frame-reader.js'
import type {SpillParts} from '../spill/spill-parts.js'
import {framed, wordCountsHeader, wordCountsOf} from './word-snapshot.js'

const READ_BLOCK_BYTES = 64 * 1024
const NOTHING = new Uint8Array(0)

/** A file of a checkpoint: all that was spilled after the run before it. */
interface Run {
  readonly file: StateFileHandle
  /** Where it ends in each spill file. */
  readonly ends: readonly number[]
}

/** A part of a spill file. */
interface Part {
  readonly file: SpillFile
  readonly fromBytes: number
  readonly endBytes: number
}

/**
 * Snapshots of counts that are on disk. Spill files only grow, and counts of a word add up wherever they stand: so a checkpoint needs the
 * rows that were spilled since the last completed one, and the files of that.
 *
 *   spill files   ████████▓▓▓▓░░      runs   [████████] [▓▓▓▓] + [░░]
 *
 * Shape    Runs are at least twice as large as all that comes after them: those that are not are written again, together with what is new.
 *          So there are as many as the binary logarithm of the bytes, and each byte is written as often, at most.
 */
export class SpilledSnapshots {
  private completedRuns: readonly Run[] = []
  private pending: {readonly checkpointId: number; readonly runs: readonly Run[]}[] = []
  private readersOpen = 0

  constructor(
    private readonly parts: SpillParts,
    private readonly context: OperatorContext,
  ) {}

  /** A snapshot is being written: the spill files must stay. `wake` is called when it is done. */
  get isReading(): boolean {
    return this.readersOpen > 0
  }

  /** Of all that the files hold now, which must be written; none of them shrinks. */
  take({checkpointId, options}: SnapshotRequest, files: readonly (SpillFile | undefined)[]): KeyedSnapshot {
    const isIncremental = options.sharedDirectory !== undefined
    const ends = files.map((file) => file?.sizeBytes ?? 0)
    const kept = isIncremental ? runsToKeep(this.completedRuns, ends) : []
    const parts = partsAfter(kept.at(-1)?.ends, files)
    const reading = this.startReading()
    return {
      ...wordCountsOf(this.context),
      previous: kept.map(({file}) => file),
      pieces: this.pieces(parts, reading.end),
      written: ({files}: KeyedStateHandle) => {
        const file = parts.length === 0 ? undefined : files.at(-1)
        const runs = file === undefined ? kept : [...kept, {file, ends}]
        if (isIncremental) this.pending.push({checkpointId, runs})
      },
      abandon: reading.end,
    }
  }

  completed(checkpointId: number): void {
    const completed = this.pending.filter((known) => known.checkpointId <= checkpointId).at(-1)
    if (completed === undefined) return
    this.completedRuns = completed.runs
    this.pending = this.pending.filter((known) => known.checkpointId > checkpointId)
  }

  aborted(checkpointId: number): void {
    this.pending = this.pending.filter((known) => known.checkpointId !== checkpointId)
  }

  private startReading(): {end(): void} {
    let isOpen = true
    this.readersOpen += 1
    const end = () => {
      if (!isOpen) return
      isOpen = false
      this.readersOpen -= 1
      this.parts.wake()
    }
    return {end}
  }

  private *pieces(parts: readonly Part[], end: () => void): Generator<Uint8Array, void> {
    const serializer = createBatchSerializer()
    try {
      if (parts.length > 0) yield wordCountsHeader()
      for (const part of parts) {
        for (const rows of this.rowsOf(part)) {
          if (rows !== 'pending') serializer.append(batchOf(rows), undefined, rows.rowCount)
          yield rows === 'pending' ? NOTHING : framed(serializer.take())
        }
      }
    } finally {
      end()
    }
  }

  private *rowsOf({file, fromBytes, endBytes}: Part): Generator<WordRows | 'pending', void> {
    const {io, wake} = this.parts
    const options = {blockSizeBytes: READ_BLOCK_BYTES, wake, part: {fromBytes, endBytes}}
    const reader = new RowFrameReader(io.openReader(file, options))
    try {
      for (let rows = reader.next(); rows !== 'end'; rows = reader.next()) yield rows
    } finally {
      reader.close()
    }
  }
}

/** Those that are large enough to stay as they are. */
function runsToKeep(runs: readonly Run[], ends: readonly number[]): readonly Run[] {
  const total = sum(ends)
  let count = runs.length
  while (count > 0) {
    const end = sum(runs[count - 1].ends)
    const begin = count > 1 ? sum(runs[count - 2].ends) : 0
    if (end - begin >= 2 * (total - end)) break
    count -= 1
  }
  return runs.slice(0, count)
}

function partsAfter(begins: readonly number[] | undefined, files: readonly (SpillFile | undefined)[]): readonly Part[] {
  return files.flatMap((file, partition) => {
    const fromBytes = begins?.[partition] ?? 0
    return file === undefined || file.sizeBytes === fromBytes ? [] : [{file, fromBytes, endBytes: file.sizeBytes}]
  })
}

function batchOf({words, counts, rowCount}: WordRows) {
  return {
    kind: 'columns',
    schema: WORD_COUNT_SCHEMA,
    rowCount,
    columns: [words, {type: 'f64', values: counts}],
  } as const
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
