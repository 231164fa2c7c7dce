/**
 * Goal    A file of in-flight data is the one of the format page, gives back each channel's pieces in order, and is refused when it is cut or of
 *         another version.
 * Method  The bytes of fixtures/checkpoints/in-flight-v1.hex, written and read; random pieces through both sides.
 */
import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  decodeInFlight,
  encodeInFlight,
  IN_FLIGHT_HEAD,
  type InFlightPlace,
  placeKey,
} from '../../../src/shuffle/in-flight-file.js'
import type {InFlightItem} from '../../../src/shuffle/index.js'
import {propertyOptions} from '../../support/property-options.js'
import {ROOT} from '../../support/repository.js'

interface Piece {
  readonly place: InFlightPlace
  readonly item: InFlightItem
}

const written = (pieces: readonly Piece[]) =>
  Buffer.concat([IN_FLIGHT_HEAD, ...pieces.map(({place, item}) => encodeInFlight(place, item))])

const EXAMPLE: readonly Piece[] = [
  {place: {side: 'input', exchange: 0, peer: 2}, item: {kind: 'chunk', flags: 3, bytes: Buffer.from('words')}},
  {
    place: {side: 'output', exchange: 1, peer: 0},
    item: {kind: 'event', bytes: Buffer.from('010000000000408f40', 'hex')},
  },
]

const pieces = fc.array(
  fc.record({
    place: fc.record({side: fc.constantFrom('input', 'output'), exchange: fc.nat(2), peer: fc.nat(2)}),
    item: fc.oneof(
      fc.record({
        kind: fc.constant('chunk' as const),
        flags: fc.nat(3),
        bytes: fc.uint8Array({maxLength: 40}).map((bytes) => Buffer.from(bytes)),
      }),
      fc.record({
        kind: fc.constant('event' as const),
        bytes: fc.uint8Array({maxLength: 40}).map((bytes) => Buffer.from(bytes)),
      }),
    ),
  }),
  {maxLength: 20},
)

describe('a file of in-flight data', () => {
  it('is the one of the page', () => {
    const hex = readFileSync(`${ROOT}/fixtures/checkpoints/in-flight-v1.hex`, 'utf8')
    const bytes = Buffer.from(hex.replace(/#.*$/gm, '').replace(/\s+/g, ''), 'hex')
    expect(written(EXAMPLE).equals(bytes)).toBe(true)
    expect([...decodeInFlight(bytes)]).toEqual([
      ['input 0 2', [{kind: 'chunk', flags: 3, bytes: Buffer.from('words')}]],
      ['output 1 0', [{kind: 'event', bytes: Buffer.from('010000000000408f40', 'hex')}]],
    ])
  })

  it('gives back the pieces of each channel in order', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const channels = decodeInFlight(written(all))
        const keys = new Set(all.map(({place}) => placeKey(place)))
        expect(new Set(channels.keys())).toEqual(keys)
        for (const key of keys)
          expect(channels.get(key)).toEqual(all.filter(({place}) => placeKey(place) === key).map(({item}) => item))
      }),
      propertyOptions(),
    )
  })

  it('that is cut inside of a record, or of another format, is refused', () => {
    const refusal = expect.objectContaining({kind: 'fatal', code: 'FTS_IN_FLIGHT_FORMAT'})
    const bytes = written(EXAMPLE)
    const ends = [IN_FLIGHT_HEAD.length, IN_FLIGHT_HEAD.length + 21, bytes.length]
    for (let end = 0; end < bytes.length; end++)
      if (!ends.includes(end)) expect(() => decodeInFlight(bytes.subarray(0, end))).toThrow(refusal)
    bytes[4] = 2
    expect(() => decodeInFlight(bytes)).toThrow(refusal)
  })
})
