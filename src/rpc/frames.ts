import {assert} from '../core/index.js'

/** What a frame carries; the byte after the length. */
export const FRAME_TYPES = {handshake: 1, message: 2} as const

export type FrameType = (typeof FRAME_TYPES)[keyof typeof FRAME_TYPES]

export interface Frame {
  readonly type: FrameType
  /** JSON in UTF-8. */
  readonly payload: Uint8Array
}

/** Length (u32, little endian) and type; the length counts the payload only. */
export const FRAME_HEADER_BYTES = 5

/**
 * The largest payload. The largest message is a slot's `submitTasks`: 128 tasks with 1000 input channels of about 300 bytes
 * each make 40 MB; real ones have a few kilobytes.
 */
export const FRAME_PAYLOAD_BYTES_MAX = 64 * 1024 * 1024

/** A handshake is read before the peer is known to be ours, so it is kept short. */
export const HANDSHAKE_PAYLOAD_BYTES_MAX = 1024

/** One frame with `value` as its JSON payload. */
export function encodeFrame(type: FrameType, value: unknown): Uint8Array {
  const payload = Buffer.from(JSON.stringify(value), 'utf8')
  assert(payload.byteLength <= FRAME_PAYLOAD_BYTES_MAX, 'an RPC frame is within its limit', {
    payloadBytes: payload.byteLength,
    payloadBytesMax: FRAME_PAYLOAD_BYTES_MAX,
  })
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.byteLength)
  frame.writeUInt32LE(payload.byteLength, 0)
  frame[4] = type
  frame.set(payload, FRAME_HEADER_BYTES)
  return frame
}
