import {assert, type ErrorData, FtsError} from '../core/index.js'

/** Version of the wire format; see README.md for the page of the format. */
export const WIRE_VERSION = 1
export const WIRE_MAGIC = 'FTSW'

/** Every frame begins with a header of this size; a payload may follow. */
export const FRAME_HEADER_BYTES = 16

export const FRAME_KINDS = {
  hello: 1,
  data: 2,
  event: 3,
  partitionRequest: 4,
  addCredit: 5,
  cancelPartitionRequest: 6,
  error: 7,
} as const

export type FrameKind = (typeof FRAME_KINDS)[keyof typeof FRAME_KINDS]

/** Flags of a data frame: which chunk of a message it is; a message in one chunk has both. */
export const FRAME_FLAGS = {first: 1, last: 2} as const

/** Why a consumer cancels its request: it is gone (failed, cancelled), or it has all it wanted. */
export const CANCEL_VALUES = {gone: 0, hasEnough: 1} as const

/** The channel of an error that concerns the whole connection. */
export const WHOLE_CONNECTION = 0xffffffff

/** Most bytes of payload, by kind. Data is limited by the segment size instead. */
export const CONTROL_PAYLOAD_BYTES_MAX: Readonly<Record<number, number>> = {
  [FRAME_KINDS.hello]: 1024,
  [FRAME_KINDS.event]: 4096,
  [FRAME_KINDS.partitionRequest]: 1024,
  [FRAME_KINDS.addCredit]: 0,
  [FRAME_KINDS.cancelPartitionRequest]: 0,
  [FRAME_KINDS.error]: 64 * 1024,
}

/** One header; `value` is the sequence number (data, event), a number of credits (partitionRequest, addCredit) or a reason (cancelPartitionRequest). */
export interface FrameHeader {
  kind: number
  flags: number
  /** Segments that wait behind this one in the subpartition, at most 65535. */
  backlog: number
  channel: number
  value: number
  payloadBytes: number
}

export interface Hello {
  readonly version: number
  readonly segmentSizeBytes: number
  /** The data address of the slot that speaks. */
  readonly from: string
  /** The data address it believes to speak to. */
  readonly to: string
}

export interface PartitionRequest {
  readonly partitionId: string
  readonly subpartitionIndex: number
}

export function writeHeader(target: Buffer, offset: number, header: Readonly<FrameHeader>): void {
  target.writeUInt32LE(header.payloadBytes, offset)
  target[offset + 4] = header.kind
  target[offset + 5] = header.flags
  target.writeUInt16LE(Math.min(header.backlog, 0xffff), offset + 6)
  target.writeUInt32LE(header.channel, offset + 8)
  target.writeUInt32LE(header.value, offset + 12)
}

export function readHeader(source: Buffer, offset: number, header: FrameHeader): void {
  header.payloadBytes = source.readUInt32LE(offset)
  header.kind = source[offset + 4]
  header.flags = source[offset + 5]
  header.backlog = source.readUInt16LE(offset + 6)
  header.channel = source.readUInt32LE(offset + 8)
  header.value = source.readUInt32LE(offset + 12)
}

/** A frame that is not data, in memory of its own. */
export function encodeFrame(of: {
  readonly kind: FrameKind
  readonly channel: number
  readonly value: number
  readonly payload?: Uint8Array
}): Buffer {
  const {payload} = of
  const payloadBytes = payload?.byteLength ?? 0
  const limit = CONTROL_PAYLOAD_BYTES_MAX[of.kind]
  assert(payloadBytes <= limit, 'a frame is within the limit of its kind', {kind: of.kind, payloadBytes, limit})
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payloadBytes)
  writeHeader(frame, 0, {kind: of.kind, flags: 0, backlog: 0, channel: of.channel, value: of.value, payloadBytes})
  if (payload !== undefined) frame.set(payload, FRAME_HEADER_BYTES)
  return frame
}

export function encodeHello(hello: Omit<Hello, 'version'>): Buffer {
  const from = Buffer.from(hello.from)
  const to = Buffer.from(hello.to)
  const payload = Buffer.alloc(14 + from.byteLength + to.byteLength)
  payload.write(WIRE_MAGIC, 0, 'latin1')
  payload.writeUInt16LE(WIRE_VERSION, 4)
  payload.writeUInt32LE(hello.segmentSizeBytes, 6)
  payload.writeUInt16LE(from.byteLength, 10)
  payload.writeUInt16LE(to.byteLength, 12)
  payload.set(from, 14)
  payload.set(to, 14 + from.byteLength)
  return encodeFrame({kind: FRAME_KINDS.hello, channel: 0, value: 0, payload})
}

/** Magic and version come first and stay where they are in every version, so that a mismatch can be told. */
export function decodeHello(payload: Buffer): Hello {
  if (payload.byteLength < 6 || payload.toString('latin1', 0, 4) !== WIRE_MAGIC)
    throw badFrame('a greeting without FTSW')
  const version = payload.readUInt16LE(4)
  if (version !== WIRE_VERSION) throw otherVersion(version)
  if (payload.byteLength < 14) throw badFrame(`a greeting of ${payload.byteLength} bytes`)
  const fromEnd = 14 + payload.readUInt16LE(10)
  const toEnd = fromEnd + payload.readUInt16LE(12)
  if (toEnd !== payload.byteLength) throw badFrame(`a greeting of ${payload.byteLength} bytes that says ${toEnd}`)
  return {
    version,
    segmentSizeBytes: payload.readUInt32LE(6),
    from: payload.toString('utf8', 14, fromEnd),
    to: payload.toString('utf8', fromEnd, toEnd),
  }
}

export function encodePartitionRequest(
  of: PartitionRequest & {readonly channel: number; readonly credit: number},
): Buffer {
  const id = Buffer.from(of.partitionId)
  const payload = Buffer.allocUnsafe(4 + id.byteLength)
  payload.writeUInt32LE(of.subpartitionIndex, 0)
  payload.set(id, 4)
  return encodeFrame({kind: FRAME_KINDS.partitionRequest, channel: of.channel, value: of.credit, payload})
}

export function decodePartitionRequest(payload: Buffer): PartitionRequest {
  if (payload.byteLength < 4) throw badFrame(`a partition request of ${payload.byteLength} bytes`)
  return {subpartitionIndex: payload.readUInt32LE(0), partitionId: payload.toString('utf8', 4)}
}

/** An error as JSON; without stacks and causes where it would be too long. */
export function encodeError(channel: number, error: FtsError): Buffer {
  const data = error.toData()
  let payload = Buffer.from(JSON.stringify(data))
  if (payload.byteLength > CONTROL_PAYLOAD_BYTES_MAX[FRAME_KINDS.error])
    payload = Buffer.from(JSON.stringify({...data, message: data.message.slice(0, 8192), stack: '', cause: undefined}))
  return encodeFrame({kind: FRAME_KINDS.error, channel, value: 0, payload})
}

export function decodeError(payload: Buffer): FtsError {
  try {
    return FtsError.fromData(JSON.parse(payload.toString('utf8')) as ErrorData)
  } catch {
    throw badFrame('an error that is not JSON')
  }
}

export function badFrame(found: string, details: Readonly<Record<string, number>> = {}): FtsError {
  return new FtsError(
    'fatal',
    'FTS_SHUFFLE_FRAME',
    `the peer of a data connection does not speak the fts shuffle protocol: it sent ${found}`,
    details,
    {tryThis: 'Make sure that nothing but fts uses the sockets in the run directory.'},
  )
}

function otherVersion(version: number): FtsError {
  return new FtsError(
    'fatal',
    'FTS_SHUFFLE_VERSION',
    `the peer of a data connection speaks version ${version} of the shuffle protocol; this process speaks ${WIRE_VERSION}`,
    {version, expected: WIRE_VERSION},
    {tryThis: 'Stop the cluster and start it again, so that all its processes are of one release.'},
  )
}
