import {FtsError} from '../../core/index.js'

/** What the first 16 bytes of a message say; the page of the format is the README of this room. */
export interface MessageHeader {
  readonly kind: number
  readonly flags: number
  readonly rowCount: number
  /** Kind `columns`: id of the schema. Kind `objects`: number of groups. Kind `bytes`: 0. */
  readonly extra: number
}

export const WIRE_VERSION = 1
export const HEADER_BYTES = 16
export const KIND_BYTES = 1
export const KIND_COLUMNS = 2
export const KIND_OBJECTS = 3
/** A timestamp for each row ends the message. */
export const FLAG_TIMESTAMPS = 1
/** Definitions (a schema, or shapes) follow the header, because this message is the first to use them. */
export const FLAG_DEFINITIONS = 2

/** Writes the header to the beginning of `message`, which is the whole one unless `byteLength` says more. */
export function writeHeader(message: Uint8Array, header: MessageHeader, byteLength = message.byteLength): void {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  view.setUint8(0, WIRE_VERSION)
  view.setUint8(1, header.kind)
  view.setUint8(2, header.flags)
  view.setUint8(3, 0)
  view.setUint32(4, header.rowCount, true)
  view.setUint32(8, byteLength, true)
  view.setUint32(12, header.extra, true)
}

/** Reads and checks the header. A wrong version, kind or length is an `invariant` error: both sides are this build. */
export function readHeader(message: Uint8Array): MessageHeader {
  if (message.byteLength < HEADER_BYTES) throw malformed(`it has ${message.byteLength} bytes, a header has 16`)
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  const [version, kind, flags, zero] = message
  if (version !== WIRE_VERSION) throw malformed(`its version is ${version}, this build reads ${WIRE_VERSION}`)
  if (kind < KIND_BYTES || kind > KIND_OBJECTS) throw malformed(`its kind is ${kind}, kinds are 1 to 3`)
  if (flags > (FLAG_TIMESTAMPS | FLAG_DEFINITIONS) || zero !== 0) throw malformed(`its flags are ${flags} and ${zero}`)
  const byteLength = view.getUint32(8, true)
  if (byteLength !== message.byteLength) {
    throw malformed(`its header says ${byteLength} bytes, but ${message.byteLength} came`)
  }
  return {kind, flags, rowCount: view.getUint32(4, true), extra: view.getUint32(12, true)}
}

/** The error of every message that cannot be what a serializer wrote. */
export function malformed(what: string, cause?: unknown): FtsError {
  return new FtsError(
    'invariant',
    'FTS_BATCH_MALFORMED',
    `a message of an exchange cannot be read: ${what}`,
    {},
    cause === undefined ? {} : {cause},
  )
}
