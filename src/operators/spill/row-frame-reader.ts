import type {WordRows} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {SpillReader} from '../../io/index.js'
import {decodeRowFrame, FRAME_HEADER_BYTES, frameBytesOf} from './row-frame.js'

/** Reads the frames of a spill file, whose blocks cut them anywhere. */
export class RowFrameReader {
  private frame = new ArrayBuffer(4096)
  private filled = 0
  private block: Uint8Array = new Uint8Array(0)
  private at = 0

  constructor(private readonly reader: SpillReader) {}

  /** The next frame's rows, valid until the next call; `'pending'` until `wake`; `'end'`. */
  next(): WordRows | 'pending' | 'end' {
    this.filled = this.isComplete() ? 0 : this.filled
    while (!this.isComplete()) {
      this.take()
      if (this.isComplete()) break
      const block = this.reader.next()
      if (block === 'pending') return 'pending'
      if (block === 'end') return this.end()
      this.block = block
      this.at = 0
    }
    return decodeRowFrame(this.frame)
  }

  close(): void {
    this.reader.close()
  }

  private isComplete(): boolean {
    return this.filled >= FRAME_HEADER_BYTES && this.filled === frameBytesOf(this.frame)
  }

  /** Moves bytes of the block into the frame, first those of the header, which says how many there are. */
  private take(): void {
    if (this.filled < FRAME_HEADER_BYTES) this.takeUpTo(FRAME_HEADER_BYTES)
    if (this.filled < FRAME_HEADER_BYTES) return
    const frameBytes = frameBytesOf(this.frame)
    if (this.frame.byteLength < frameBytes) this.grow(frameBytes)
    this.takeUpTo(frameBytes)
  }

  private takeUpTo(target: number): void {
    const count = Math.min(target - this.filled, this.block.length - this.at)
    new Uint8Array(this.frame).set(this.block.subarray(this.at, this.at + count), this.filled)
    this.filled += count
    this.at += count
  }

  private grow(byteCount: number): void {
    const grown = new ArrayBuffer(byteCount + (byteCount >> 1) + 8)
    new Uint8Array(grown).set(new Uint8Array(this.frame, 0, this.filled))
    this.frame = grown
  }

  private end(): 'end' {
    assert(this.filled === 0, 'a spill file ends with a whole frame', {left: this.filled})
    return 'end'
  }
}
