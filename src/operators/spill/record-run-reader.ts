import type {ObjectBatch} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {SpillReader} from '../../io/index.js'
import {createBatchDeserializer} from '../../types/index.js'
import type {HeldRecord} from '../picks/held-record.js'

const LENGTH_BYTES = 4

/** Reads the records of a spill file that a RecordRunWriter has written, one by one. */
export class RecordRunReader {
  private readonly deserializer = createBatchDeserializer()
  private frame: ObjectBatch | undefined
  private row = 0
  private readonly length = new Uint8Array(LENGTH_BYTES)
  private message: Uint8Array | undefined
  /** Bytes of the length, then of the message, that are there. */
  private filled = 0
  private block: Uint8Array = new Uint8Array(0)
  private at = 0

  constructor(private readonly reader: SpillReader) {}

  /** `'pending'`: ask again after `wake`. */
  next(): HeldRecord | 'pending' | 'end' {
    while (this.frame === undefined || this.row === this.frame.rowCount) {
      const state = this.readFrame()
      if (state !== 'read') return state
    }
    const {values, timestamps} = this.frame
    const row = this.row++
    return {value: values[row], timestampMs: timestamps![row]}
  }

  close(): void {
    this.reader.close()
  }

  private readFrame(): 'read' | 'pending' | 'end' {
    for (;;) {
      this.take()
      if (this.message !== undefined && this.filled === this.message.length) return this.decode(this.message)
      const block = this.at < this.block.length ? this.block : this.reader.next()
      if (block === 'pending') return 'pending'
      if (block === 'end') {
        assert(this.message === undefined && this.filled === 0, 'a spill file ends with a whole frame', {
          left: this.filled,
        })
        return 'end'
      }
      if (block !== this.block) this.at = 0
      this.block = block
    }
  }

  private decode(message: Uint8Array): 'read' {
    this.frame = this.deserializer.read(message) as ObjectBatch
    this.row = 0
    this.message = undefined
    this.filled = 0
    return 'read'
  }

  /** Moves what the block has of the length or the message. */
  private take(): void {
    const target = this.message ?? this.length
    const count = Math.min(target.length - this.filled, this.block.length - this.at)
    target.set(this.block.subarray(this.at, this.at + count), this.filled)
    this.filled += count
    this.at += count
    if (this.message !== undefined || this.filled < LENGTH_BYTES) return
    this.message = new Uint8Array(new DataView(this.length.buffer).getUint32(0, true))
    this.filled = 0
  }
}
