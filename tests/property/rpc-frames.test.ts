// Goal: a frame reader gives the same frames however the bytes are cut.
// Method: random payloads and cuts; the property is equality with what was encoded.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {encodeFrame, FRAME_TYPES, FrameReader} from '../../src/rpc/index.js'
import {propertyOptions} from '../support/property-options.js'

const value = fc.oneof(fc.string({unit: 'grapheme', maxLength: 300}), fc.jsonValue({maxDepth: 3}))

function decode(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload).toString('utf8'))
}

describe('FrameReader', () => {
  it('survives any split of the bytes', () => {
    const property = fc.property(
      fc.array(value, {maxLength: 20}),
      fc.array(fc.integer({min: 0, max: 40}), {minLength: 1, maxLength: 50}),
      (values, pieces) => {
        const bytes = Buffer.concat(values.map((one) => encodeFrame(FRAME_TYPES.message, one)))
        const reader = new FrameReader()
        const decoded: unknown[] = []
        for (let at = 0, piece = 0; at < bytes.byteLength; piece++) {
          const end = at + pieces[piece % pieces.length] + (piece % pieces.length === 0 ? 1 : 0)
          for (const {payload} of reader.push(bytes.subarray(at, end))) decoded.push(decode(payload))
          at = end
        }
        expect(decoded).toEqual(values.map((one) => JSON.parse(JSON.stringify(one))))
      },
    )
    fc.assert(property, propertyOptions())
  })

  it('keeps no more than one unfinished frame', () => {
    const frame = encodeFrame(FRAME_TYPES.message, 'x'.repeat(1_000_000))
    const reader = new FrameReader()
    for (let at = 0; at < frame.byteLength - 1; at += 1000)
      expect(reader.push(frame.subarray(at, Math.min(frame.byteLength - 1, at + 1000)))).toEqual([])
    expect(reader.push(frame.subarray(frame.byteLength - 1))).toHaveLength(1)
    expect(reader.push(new Uint8Array())).toEqual([])
  })
})
