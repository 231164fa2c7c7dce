import {type CheckpointOptions, type ControlElement, unreachable} from '../core/index.js'
import {badFrame} from './frames.js'

/** What travels between the messages of a channel: a control element, or the end of the channel. */
export type ChannelEvent = ControlElement | {readonly kind: 'endOfChannel'}

export const END_OF_CHANNEL: ChannelEvent = {kind: 'endOfChannel'}

const KINDS = {
  watermark: 1,
  streamStatus: 2,
  latencyMarker: 3,
  checkpointBarrier: 4,
  endOfData: 5,
  endOfChannel: 6,
} as const satisfies Record<ChannelEvent['kind'], number>

const SIZES: Readonly<Record<number, number>> = {
  [KINDS.watermark]: 9,
  [KINDS.streamStatus]: 2,
  [KINDS.endOfData]: 1,
  [KINDS.endOfChannel]: 1,
}

const MARKER_HEAD_BYTES = 13
const BARRIER_HEAD_BYTES = 17

/** Kinds that end with a text. */
const LEAST_SIZES: Readonly<Record<number, number>> = {
  [KINDS.latencyMarker]: MARKER_HEAD_BYTES,
  [KINDS.checkpointBarrier]: BARRIER_HEAD_BYTES,
}

/** The payload of an event frame: a kind byte and the fields in order, little endian. */
export function encodeEvent(event: ChannelEvent): Buffer {
  const bytes = Buffer.alloc(sizeOf(event))
  bytes[0] = KINDS[event.kind]
  switch (event.kind) {
    case 'watermark':
      bytes.writeDoubleLE(event.timestampMs, 1)
      break
    case 'streamStatus':
      bytes[1] = event.status === 'idle' ? 1 : 0
      break
    case 'latencyMarker':
      bytes.writeDoubleLE(event.markedAtMs, 1)
      bytes.writeUInt32LE(event.subtask, 9)
      bytes.write(event.operatorId, MARKER_HEAD_BYTES)
      break
    case 'checkpointBarrier':
      bytes.writeDoubleLE(event.checkpointId, 1)
      bytes.writeDoubleLE(event.timestampMs, 9)
      bytes.write(JSON.stringify(event.options), BARRIER_HEAD_BYTES)
      break
    case 'endOfData':
    case 'endOfChannel':
      break
    default:
      unreachable(event)
  }
  return bytes
}

export function decodeEvent(bytes: Buffer): ChannelEvent {
  const kind = bytes[0]
  const least = LEAST_SIZES[kind]
  if (least === undefined ? bytes.byteLength !== SIZES[kind] : bytes.byteLength < least)
    throw badFrame(`an event of kind ${kind} with ${bytes.byteLength} bytes`)
  switch (kind) {
    case KINDS.watermark:
      return {kind: 'watermark', timestampMs: bytes.readDoubleLE(1)}
    case KINDS.streamStatus:
      return {kind: 'streamStatus', status: bytes[1] === 1 ? 'idle' : 'active'}
    case KINDS.latencyMarker:
      return {
        kind: 'latencyMarker',
        markedAtMs: bytes.readDoubleLE(1),
        subtask: bytes.readUInt32LE(9),
        operatorId: bytes.toString('utf8', MARKER_HEAD_BYTES),
      }
    case KINDS.checkpointBarrier:
      return {
        kind: 'checkpointBarrier',
        checkpointId: bytes.readDoubleLE(1),
        timestampMs: bytes.readDoubleLE(9),
        options: JSON.parse(bytes.toString('utf8', BARRIER_HEAD_BYTES)) as CheckpointOptions,
      }
    case KINDS.endOfData:
      return {kind: 'endOfData'}
    default:
      return END_OF_CHANNEL
  }
}

function sizeOf(event: ChannelEvent): number {
  if (event.kind === 'latencyMarker') return MARKER_HEAD_BYTES + Buffer.byteLength(event.operatorId)
  if (event.kind === 'checkpointBarrier') return BARRIER_HEAD_BYTES + Buffer.byteLength(JSON.stringify(event.options))
  return SIZES[KINDS[event.kind]]
}
