import {FtsError} from '../core/index.js'
import {
  FRAME_HEADER_BYTES,
  FRAME_PAYLOAD_BYTES_MAX,
  FRAME_TYPES,
  type Frame,
  type FrameType,
  HANDSHAKE_PAYLOAD_BYTES_MAX,
} from './frames.js'

/**
 * Cuts a stream of bytes into frames, however the bytes arrive.
 *
 * Shape    what is left of an unfinished frame is kept, never more than one frame and one chunk.
 * Errors   `fatal` `FTS_RPC_FRAME` for a frame type that does not exist or a length over the limit of its type: the peer
 *          does not speak this protocol. The reader is not usable after that.
 */
export class FrameReader {
  private readonly parts: Uint8Array[] = []
  private keptBytes = 0
  /** Bytes that must be there before looking again, so that a large frame is joined once. */
  private neededBytes = FRAME_HEADER_BYTES

  /** Takes the next bytes and answers with the frames that are complete now. Payloads may share memory with `bytes`. */
  push(bytes: Uint8Array): Frame[] {
    if (bytes.byteLength > 0) this.parts.push(bytes)
    this.keptBytes += bytes.byteLength
    if (this.keptBytes < this.neededBytes) return []
    return this.cut(this.join())
  }

  private join(): Buffer {
    if (this.parts.length > 1) this.parts.splice(0, this.parts.length, Buffer.concat(this.parts))
    const {buffer, byteOffset, byteLength} = this.parts[0]
    return Buffer.from(buffer, byteOffset, byteLength)
  }

  private cut(bytes: Buffer): Frame[] {
    const frames: Frame[] = []
    let offset = 0
    this.neededBytes = FRAME_HEADER_BYTES
    while (bytes.byteLength - offset >= FRAME_HEADER_BYTES) {
      const payloadBytes = bytes.readUInt32LE(offset)
      const type = checkHeader(bytes[offset + 4], payloadBytes)
      const end = offset + FRAME_HEADER_BYTES + payloadBytes
      if (end > bytes.byteLength) {
        this.neededBytes = end - offset
        break
      }
      frames.push({type, payload: bytes.subarray(offset + FRAME_HEADER_BYTES, end)})
      offset = end
    }
    this.keep(bytes.subarray(offset))
    return frames
  }

  private keep(rest: Uint8Array): void {
    this.parts.length = 0
    if (rest.byteLength > 0) this.parts.push(rest)
    this.keptBytes = rest.byteLength
  }
}

function checkHeader(type: number, payloadBytes: number): FrameType {
  if (type !== FRAME_TYPES.handshake && type !== FRAME_TYPES.message)
    throw notOurProtocol(`frame type ${type} (known: ${Object.values(FRAME_TYPES).join(', ')})`, {type})
  const payloadBytesMax = type === FRAME_TYPES.handshake ? HANDSHAKE_PAYLOAD_BYTES_MAX : FRAME_PAYLOAD_BYTES_MAX
  if (payloadBytes > payloadBytesMax)
    throw notOurProtocol(`a frame of ${payloadBytes} bytes (at most ${payloadBytesMax})`, {
      payloadBytes,
      payloadBytesMax,
    })
  return type
}

function notOurProtocol(found: string, details: Readonly<Record<string, number>>): FtsError {
  return new FtsError(
    'fatal',
    'FTS_RPC_FRAME',
    `the peer does not speak the fts RPC protocol: it sent ${found}`,
    details,
    {
      tryThis: 'Make sure that nothing but fts uses the sockets in the run directory.',
    },
  )
}
