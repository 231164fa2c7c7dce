import {FtsError, type InFlightChannel} from '../core/index.js'
import type {InFlightItem} from './contract.js'

/** Name and version of the format, see the room's README. */
export const IN_FLIGHT_FORMAT = 'in-flight 1'

const MAGIC = 0x49535446 // 'FTSI', little-endian
const VERSION = 1
const HEAD_BYTES = 8
const RECORD_HEAD_BYTES = 16

const KINDS = {chunk: 0, event: 1} as const
const SIDES = {input: 0, output: 1} as const

export type InFlightPlace = Omit<InFlightChannel, 'sizeBytes'>

/** What every file begins with. */
export const IN_FLIGHT_HEAD: Uint8Array = headOf(MAGIC, VERSION)

/** One piece of a channel as a record of a file; the bytes are copied. */
export function encodeInFlight({side, exchange, peer}: InFlightPlace, item: InFlightItem): Uint8Array {
  const {bytes} = item
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + bytes.byteLength)
  record[0] = KINDS[item.kind]
  record[1] = item.kind === 'chunk' ? item.flags : 0
  record[2] = SIDES[side]
  record[3] = 0
  record.writeUInt32LE(exchange, 4)
  record.writeUInt32LE(peer, 8)
  record.writeUInt32LE(bytes.byteLength, 12)
  record.set(bytes, RECORD_HEAD_BYTES)
  return record
}

/**
 * The pieces of a file by channel (`placeKey`), each in order. They are views of `bytes`.
 * Errors: `fatal` FTS_IN_FLIGHT_FORMAT, where the file is of another format or is cut.
 */
export function decodeInFlight(bytes: Uint8Array): ReadonlyMap<string, readonly InFlightItem[]> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (all.length < HEAD_BYTES || all.readUInt32LE(0) !== MAGIC) throw badFile('it does not begin with FTSI')
  if (all.readUInt32LE(4) !== VERSION) throw badFile(`its version is ${all.readUInt32LE(4)}, not ${VERSION}`)
  const channels = new Map<string, InFlightItem[]>()
  for (let at = HEAD_BYTES; at < all.length; ) {
    const begin = at + RECORD_HEAD_BYTES
    const end = begin > all.length ? begin : begin + all.readUInt32LE(at + 12)
    if (end > all.length) throw badFile(`it ends inside of the record at byte ${at}`)
    const side = all[at + 2] === SIDES.input ? 'input' : 'output'
    const key = placeKey({side, exchange: all.readUInt32LE(at + 4), peer: all.readUInt32LE(at + 8)})
    const payload = all.subarray(begin, end)
    const item: InFlightItem =
      all[at] === KINDS.chunk ? {kind: 'chunk', flags: all[at + 1], bytes: payload} : {kind: 'event', bytes: payload}
    const items = channels.get(key)
    if (items === undefined) channels.set(key, [item])
    else items.push(item)
    at = end
  }
  return channels
}

export function placeKey({side, exchange, peer}: InFlightPlace): string {
  return `${side} ${exchange} ${peer}`
}

function headOf(magic: number, version: number): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32LE(magic, 0)
  head.writeUInt32LE(version, 4)
  return head
}

function badFile(why: string): FtsError {
  return new FtsError(
    'fatal',
    'FTS_IN_FLIGHT_FORMAT',
    `a file of in-flight data cannot be read: ${why}`,
    {},
    {tryThis: 'Restore it with the fts that wrote it, or a newer one.'},
  )
}
