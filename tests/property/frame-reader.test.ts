/**
 * Goal    The frame reader of the shuffle gives the same frames however the stream is cut, and answers bytes that are no frames with
 *         its named error, never with something else.
 * Method  Random frames, concatenated, cut at random places (single bytes included), pushed piece by piece. Random bytes, and streams with one byte
 *         changed, are pushed too.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {FtsError} from '../../src/core/index.js'
import {FrameReader} from '../../src/shuffle/frame-reader.js'
import {FRAME_KINDS} from '../../src/shuffle/frames.js'
import {FrameRecorder, frameBytes} from '../support/frame-recorder.js'
import {propertyOptions} from '../support/property-options.js'

const uint32 = fc.integer({min: 0, max: 0xffffffff})
const dataFrame = fc
  .record({
    channel: uint32,
    value: uint32,
    backlog: fc.integer({min: 0, max: 0xffff}),
    flags: fc.integer({min: 0, max: 3}),
  })
  .chain((header) =>
    fc.uint8Array({maxLength: 300}).map((payload) => frameBytes({kind: FRAME_KINDS.data, ...header}, payload)),
  )
const controlFrame = fc
  .record({
    kind: fc.constantFrom(FRAME_KINDS.hello, FRAME_KINDS.event, FRAME_KINDS.partitionRequest, FRAME_KINDS.error),
    channel: uint32,
    value: uint32,
    payload: fc.uint8Array({maxLength: 200}),
  })
  .map(({payload, ...header}) => frameBytes({flags: 0, backlog: 0, ...header}, payload))
const bareFrame = fc
  .record({
    kind: fc.constantFrom(FRAME_KINDS.addCredit, FRAME_KINDS.cancelPartitionRequest),
    channel: uint32,
    value: uint32,
  })
  .map((header) => frameBytes({flags: 0, backlog: 0, ...header}, new Uint8Array(0)))
const streams = fc
  .array(fc.oneof(dataFrame, controlFrame, bareFrame), {maxLength: 20})
  .map((frames) => Buffer.concat(frames))

describe('the frame reader', () => {
  it('gives the same frames for every split of the stream', () => {
    const cutStreams = streams.chain((stream) =>
      fc.record({
        stream: fc.constant(stream),
        cuts: fc.array(fc.integer({min: 0, max: stream.byteLength}), {maxLength: 40}),
      }),
    )
    fc.assert(
      fc.property(cutStreams, ({stream, cuts}) => {
        expect(read(pieces(stream, cuts))).toEqual(read([stream]))
        expect(read(Array.from(stream, (_, at) => stream.subarray(at, at + 1)))).toEqual(read([stream]))
      }),
      propertyOptions(200),
    )
  })

  it('gives back the segment that was being filled when the stream ends', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (stream, at) => {
        const recorder = new FrameRecorder()
        const reader = new FrameReader(recorder, 4080)
        reader.push(stream.subarray(0, at % (stream.byteLength + 1)))
        reader.close()
        expect(recorder.lent).toBe(0)
      }),
      propertyOptions(200),
    )
  })

  it('answers bytes that are no frames with FTS_SHUFFLE_FRAME', () => {
    const changed = fc.tuple(streams, fc.nat(), fc.integer({min: 1, max: 255})).map(([stream, at, change]) => {
      if (stream.byteLength > 0) stream[at % stream.byteLength] ^= change
      return stream
    })
    const random = fc.uint8Array({maxLength: 500}).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(changed, random), (bytes) => {
        try {
          read([bytes])
        } catch (error) {
          expect(error).toBeInstanceOf(FtsError)
          expect((error as FtsError).code).toBe('FTS_SHUFFLE_FRAME')
        }
      }),
      propertyOptions(300),
    )
  })

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    [
      'a kind that does not exist',
      frameBytes({kind: 9, flags: 0, backlog: 0, channel: 0, value: 0}, new Uint8Array(0)),
    ],
    ['flags of no kind', frameBytes({kind: 2, flags: 4, backlog: 0, channel: 0, value: 0}, new Uint8Array(0))],
    [
      'data longer than a segment',
      frameBytes({kind: 2, flags: 3, backlog: 0, channel: 0, value: 0}, Buffer.alloc(4081)),
    ],
    ['credit with a payload', frameBytes({kind: 5, flags: 0, backlog: 0, channel: 0, value: 1}, Buffer.alloc(1))],
  ])('refuses %s', (_, bytes) => {
    expect(() => read([bytes])).toThrow(expect.objectContaining({code: 'FTS_SHUFFLE_FRAME'}))
  })
})

function pieces(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts, stream.byteLength].sort((a, b) => a - b)
  return ends.map((end, i) => stream.subarray(i === 0 ? 0 : ends[i - 1], end))
}

function read(parts: readonly Buffer[]) {
  const recorder = new FrameRecorder()
  const reader = new FrameReader(recorder, 4080)
  for (const part of parts) reader.push(part)
  return recorder.frames
}
