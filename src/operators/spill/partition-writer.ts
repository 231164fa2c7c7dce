import type {RowBuilder, WordRows} from '../../columns/index.js'
import type {SpillFile} from '../../io/index.js'
import type {Steps} from '../steps.js'
import {RowFrameEncoder} from './row-frame.js'
import {finishFile, flushFiles, type SpillParts, spillBytes, waitForRoom} from './spill-parts.js'
import {wordPartition} from './word-partition.js'

/** A finished spill file with the rows of one partition. `level` counts how often its words were partitioned. */
export interface SpilledPartition {
  readonly file: SpillFile
  readonly level: number
}

/**
 * Spreads rows over spill files by the hash of the word, so that all rows of a word are in one file and each file can be
 * aggregated by itself (grace partitioning).
 *
 *   rows ─▶ hash ─▶ builders[p] ─ full ─▶ frame ─▶ files[p]
 *
 * Source   Kitsuregawa, Tanaka, Moto-oka 1983, "Application of Hash to Data Base Machine and Its Architecture".
 */
export class PartitionWriter {
  private readonly encoder = new RowFrameEncoder()
  private readonly files: (SpillFile | undefined)[]

  /** `builders` are the writer's buffers, one a partition, empty; they are shared with later writers. */
  constructor(
    private readonly parts: SpillParts,
    private readonly builders: readonly RowBuilder[],
    private readonly level: number,
  ) {
    this.files = builders.map(() => undefined)
  }

  /** Takes the rows [from, rowCount), then waits for the disk if too much is in flight. */
  *write(rows: WordRows, from: number): Steps {
    this.append(rows, from)
    for (const file of this.files) if (file !== undefined) yield* waitForRoom(this.parts, file)
  }

  /** Has all rows written, so that they can be read; more may follow. */
  *flushAll(): Steps {
    this.flushBuffers()
    const files = this.files.filter((file) => file !== undefined)
    yield* flushFiles(this.parts, files)
  }

  /** The files by partition; undefined where no row is. */
  get openFiles(): readonly (SpillFile | undefined)[] {
    return this.files
  }

  /** Writes what is still in the buffers; answers the partitions that have rows, each complete on disk. */
  *finish(): Steps<SpilledPartition[]> {
    this.flushBuffers()
    const finished: SpilledPartition[] = []
    for (const file of this.files) {
      if (file === undefined) continue
      yield* finishFile(this.parts, file)
      finished.push({file, level: this.level})
    }
    return finished
  }

  private append(rows: WordRows, from: number): void {
    const {builders, level} = this
    const {bytes, offsets} = rows.words
    const partitionCount = builders.length
    for (let row = from; row < rows.rowCount; row++) {
      const start = offsets[row]
      const end = offsets[row + 1]
      const partition = wordPartition(bytes, start, end, level, partitionCount)
      if (builders[partition].tryAppend(bytes, start, end, rows.counts[row])) continue
      this.flush(partition)
      builders[partition].tryAppend(bytes, start, end, rows.counts[row])
    }
  }

  private flushBuffers(): void {
    this.builders.forEach((_, partition) => {
      this.flush(partition)
    })
  }

  private flush(partition: number): void {
    const builder = this.builders[partition]
    if (builder.isEmpty) return
    const file = (this.files[partition] ??= this.parts.io.createSpillFile(this.parts.owner))
    spillBytes(this.parts, file, this.encoder.encode(builder.rows()))
    builder.clear()
  }
}
