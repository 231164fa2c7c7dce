import type {SpillFile} from '../../io/index.js'
import {createBatchSerializer} from '../../types/index.js'
import type {HeldRecord} from '../picks/held-record.js'
import type {Steps} from '../steps.js'
import {finishFile, type SpillParts, spillBytes, waitForRoom} from './spill-parts.js'

/** Records of one frame. A reader has a frame of each run in memory. */
export const FRAME_RECORDS = 512

/**
 * Writes records to a spill file, as messages of one channel (see the room `types`), each behind its length.
 *
 *   file := (u32 length, little endian, message u8[length])*
 */
export class RecordRunWriter {
  private readonly file: SpillFile
  private readonly serializer: ReturnType<typeof createBatchSerializer>
  private values: unknown[] = []
  private timestamps: number[] = []

  constructor(private readonly parts: SpillParts) {
    this.file = parts.io.createSpillFile(parts.owner)
    this.serializer = createBatchSerializer({channelName: `a file of spilled records of ${parts.owner}`})
  }

  /** Errors: `user` FTS_NOT_SERIALIZABLE; `restartable` FTS_SPILL_FAILED. */
  *write(record: HeldRecord): Steps {
    this.values.push(record.value)
    this.timestamps.push(record.timestampMs)
    if (this.values.length < FRAME_RECORDS) return
    this.flush()
    yield* waitForRoom(this.parts, this.file)
  }

  *finish(): Steps<SpillFile> {
    if (this.values.length > 0) this.flush()
    yield* finishFile(this.parts, this.file)
    return this.file
  }

  private flush(): void {
    const {values} = this
    const timestamps = Float64Array.from(this.timestamps)
    this.serializer.append({kind: 'objects', rowCount: values.length, values, timestamps}, undefined, values.length)
    const message = this.serializer.take()
    spillBytes(this.parts, this.file, lengthOf(message))
    spillBytes(this.parts, this.file, message)
    this.values = []
    this.timestamps = []
  }
}

function lengthOf(message: Uint8Array): Uint8Array {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, message.length, true)
  return length
}
