import type {FrameSink} from '../../src/shuffle/frame-reader.js'
import {FRAME_HEADER_BYTES, type FrameHeader, writeHeader} from '../../src/shuffle/frames.js'
import {NetworkSegment} from '../../src/shuffle/network-segment.js'

/** A frame as a test sees it. */
export interface SeenFrame {
  readonly header: FrameHeader
  readonly payload: string
}

/** Takes every frame, and counts the segments it has lent. */
export class FrameRecorder implements FrameSink {
  readonly frames: SeenFrame[] = []
  lent = 0

  constructor(private readonly segmentSizeBytes = 4096) {}

  segmentFor(): NetworkSegment {
    this.lent += 1
    const segment = new NetworkSegment(Buffer.alloc(this.segmentSizeBytes))
    segment.lend({
      recycle: () => {
        this.lent -= 1
      },
    })
    return segment
  }

  data(header: Readonly<FrameHeader>, segment: NetworkSegment): void {
    this.frames.push({header: {...header}, payload: segment.payload().toString('hex')})
    segment.release()
  }

  control(header: Readonly<FrameHeader>, payload: Buffer): void {
    this.frames.push({header: {...header}, payload: payload.toString('hex')})
  }
}

export function frameBytes(header: Omit<FrameHeader, 'payloadBytes'>, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + payload.byteLength)
  writeHeader(bytes, 0, {...header, payloadBytes: payload.byteLength})
  bytes.set(payload, FRAME_HEADER_BYTES)
  return bytes
}
