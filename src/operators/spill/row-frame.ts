import type {WordRows} from '../../columns/index.js'
import {assert} from '../../core/index.js'

/**
 * A frame of rows in a spill file. Numbers are in the machine's own byte order: the file never leaves its process.
 *
 *   u32 frameBytes | u32 rowCount | u32 wordBytes | u32 0 | f64 count × rowCount | i32 offset × (rowCount + 1) | words | 0…7 bytes
 *
 * A frame is a multiple of 8 bytes, so that its columns can be read in place where the frame begins on such a border.
 */
export const FRAME_HEADER_BYTES = 16

/** Encodes rows as frames into one buffer that is used again and again. */
export class RowFrameEncoder {
  private buffer = new ArrayBuffer(0)

  /** One frame with the first `rowCount` rows; valid until the next call. */
  encode(rows: WordRows, rowCount = rows.rowCount): Uint8Array {
    const {bytes, offsets} = rows.words
    const start = offsets[0]
    const wordBytes = offsets[rowCount] - start
    const frameBytes = (FRAME_HEADER_BYTES + rowCount * 12 + 4 + wordBytes + 7) & ~7
    if (this.buffer.byteLength < frameBytes) this.buffer = new ArrayBuffer(frameBytes * 2)
    new Uint32Array(this.buffer, 0, 4).set([frameBytes, rowCount, wordBytes, 0])
    const {counts, words} = columnsIn(this.buffer, rowCount, wordBytes)
    counts.set(rows.counts.subarray(0, rowCount))
    for (let row = 0; row <= rowCount; row++) words.offsets[row] = offsets[row] - start
    words.bytes.set(bytes.subarray(start, start + wordBytes))
    return new Uint8Array(this.buffer, 0, frameBytes)
  }
}

/** Size of the frame that begins with these bytes. */
export function frameBytesOf(header: ArrayBuffer): number {
  const frameBytes = new Uint32Array(header, 0, 1)[0]
  assert(frameBytes >= FRAME_HEADER_BYTES && frameBytes % 8 === 0, 'a spill file is a sequence of frames', {frameBytes})
  return frameBytes
}

/** The rows of a frame at the start of `frame`, as views. */
export function decodeRowFrame(frame: ArrayBuffer): WordRows {
  const [, rowCount, wordBytes] = new Uint32Array(frame, 0, 3)
  return columnsIn(frame, rowCount, wordBytes)
}

function columnsIn(frame: ArrayBuffer, rowCount: number, wordBytes: number): WordRows {
  const offsetsAt = FRAME_HEADER_BYTES + rowCount * 8
  const wordsAt = offsetsAt + (rowCount + 1) * 4
  const offsets = new Int32Array(frame, offsetsAt, rowCount + 1)
  const bytes = new Uint8Array(frame, wordsAt, wordBytes)
  return {
    words: {type: 'utf8', bytes, offsets},
    counts: new Float64Array(frame, FRAME_HEADER_BYTES, rowCount),
    rowCount,
  }
}
