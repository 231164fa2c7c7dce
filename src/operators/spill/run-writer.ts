import type {WordRows} from '../../columns/index.js'
import type {SpillFile} from '../../io/index.js'
import type {Steps} from '../steps.js'
import {RowFrameEncoder} from './row-frame.js'
import {finishFile, type SpillParts, spillBytes, waitForRoom} from './spill-parts.js'

/** Writes one sorted run: a spill file whose rows are in order. */
export class RunWriter {
  private readonly encoder = new RowFrameEncoder()
  private readonly file: SpillFile

  /** Keeps only the first `limit` rows. */
  constructor(
    private readonly parts: SpillParts,
    private left: number,
  ) {
    this.file = parts.io.createSpillFile(parts.owner)
  }

  get isFull(): boolean {
    return this.left === 0
  }

  *write(rows: WordRows): Steps {
    const rowCount = Math.min(this.left, rows.rowCount)
    if (rowCount === 0) return
    this.left -= rowCount
    spillBytes(this.parts, this.file, this.encoder.encode(rows, rowCount))
    yield* waitForRoom(this.parts, this.file)
  }

  *finish(): Steps<SpillFile> {
    yield* finishFile(this.parts, this.file)
    return this.file
  }
}
