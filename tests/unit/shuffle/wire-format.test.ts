/**
 * Goal    The bytes on the wire are those of the format page, in both directions, and stay so.
 * Method  Both ends of one channel are played by hand over the bytes in fixtures/wire/frame-v1.hex: what the encoders write must equal the
 *         fixture, what the decoders read from it must equal what was meant.
 */
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {type ControlElement, FtsError} from '../../../src/core/index.js'
import {type ChannelEvent, decodeEvent, encodeEvent} from '../../../src/shuffle/channel-events.js'
import {FrameReader} from '../../../src/shuffle/frame-reader.js'
import {
  decodeError,
  decodeHello,
  decodePartitionRequest,
  encodeError,
  encodeFrame,
  encodeHello,
  encodePartitionRequest,
  FRAME_KINDS,
} from '../../../src/shuffle/frames.js'
import {FrameRecorder, frameBytes} from '../../support/frame-recorder.js'

const lines = readFileSync(new URL('../../../fixtures/wire/frame-v1.hex', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^[<>]/.test(line))

function sentBy(side: '<' | '>'): Buffer {
  return Buffer.from(
    lines
      .filter((line) => line.startsWith(side))
      .join('')
      .replace(/[^0-9a-f]/g, ''),
    'hex',
  )
}

function framesOf(bytes: Buffer) {
  const recorder = new FrameRecorder()
  new FrameReader(recorder, 4080).push(bytes)
  return recorder.frames.map(({header, payload}) => ({...header, payload: Buffer.from(payload, 'hex')}))
}

describe('the wire format, version 1', () => {
  it('is what a consumer writes', () => {
    const written = Buffer.concat([
      encodeHello({segmentSizeBytes: 32_768, from: '/r/b', to: '/r/a'}),
      encodePartitionRequest({partitionId: 'ds_0_0', subpartitionIndex: 1, channel: 0, credit: 2}),
      encodeFrame({kind: FRAME_KINDS.addCredit, channel: 0, value: 3}),
    ])
    expect(written.toString('hex')).toBe(sentBy('>').toString('hex'))
  })

  it('is what a producer writes', () => {
    const event = (value: number, of: ChannelEvent) =>
      encodeFrame({kind: FRAME_KINDS.event, channel: 0, value, payload: encodeEvent(of)})
    const written = Buffer.concat([
      encodeHello({segmentSizeBytes: 32_768, from: '/r/a', to: '/r/b'}),
      frameBytes({kind: FRAME_KINDS.data, flags: 3, backlog: 1, channel: 0, value: 0}, Buffer.from('words')),
      event(1, {kind: 'watermark', timestampMs: 1000}),
      event(2, {kind: 'endOfChannel'}),
    ])
    expect(written.toString('hex')).toBe(sentBy('<').toString('hex'))
  })

  it('is what a producer reads', () => {
    const [hello, request, credit] = framesOf(sentBy('>'))
    expect(decodeHello(hello.payload)).toEqual({version: 1, segmentSizeBytes: 32_768, from: '/r/b', to: '/r/a'})
    expect(decodePartitionRequest(request.payload)).toEqual({partitionId: 'ds_0_0', subpartitionIndex: 1})
    expect(request).toMatchObject({kind: FRAME_KINDS.partitionRequest, channel: 0, value: 2})
    expect(credit).toMatchObject({kind: FRAME_KINDS.addCredit, channel: 0, value: 3})
  })

  it('is what a consumer reads', () => {
    const [hello, data, watermark, end] = framesOf(sentBy('<'))
    expect(decodeHello(hello.payload)).toMatchObject({from: '/r/a', to: '/r/b'})
    expect(data).toMatchObject({flags: 3, backlog: 1, value: 0, payload: Buffer.from('words')})
    expect(decodeEvent(watermark.payload)).toEqual({kind: 'watermark', timestampMs: 1000})
    expect(decodeEvent(end.payload)).toEqual({kind: 'endOfChannel'})
  })

  it.each<ControlElement>([
    {kind: 'watermark', timestampMs: Number.POSITIVE_INFINITY},
    {kind: 'streamStatus', status: 'idle'},
    {kind: 'streamStatus', status: 'active'},
    {kind: 'latencyMarker', markedAtMs: 1.5, operatorId: 'opé', subtask: 3},
    {
      kind: 'checkpointBarrier',
      checkpointId: 2 ** 40,
      timestampMs: 7,
      options: {type: 'checkpoint', alignment: 'aligned', directory: '/tmp/ä', sharedDirectory: '/tmp/shared'},
    },
    {kind: 'endOfData'},
  ])('carries $kind', (element) => {
    expect(decodeEvent(encodeEvent(element))).toEqual(element)
  })

  it('carries errors with kind, code, details and cause, and shortens what is too long', () => {
    const cause = new FtsError('user', 'FTS_X', 'the row is bad', {row: 3})
    const error = new FtsError('restartable', 'FTS_Y', 'the producer failed', {slot: 1}, {cause, tryThis: 'Look.'})
    const read = decodeError(encodeError(0, error).subarray(16))
    expect(read).toMatchObject({kind: 'restartable', code: 'FTS_Y', message: 'the producer failed', details: {slot: 1}})
    expect(read).toMatchObject({tryThis: 'Look.', cause: {code: 'FTS_X', details: {row: 3}}})
    const long = new FtsError('fatal', 'FTS_Z', 'x'.repeat(200_000))
    expect(decodeError(encodeError(0, long).subarray(16))).toMatchObject({code: 'FTS_Z', message: 'x'.repeat(8192)})
  })

  it('tells another version, another protocol and cut payloads', () => {
    const hello = encodeHello({segmentSizeBytes: 1, from: 'a', to: 'b'}).subarray(16)
    const other = Buffer.from(hello)
    other[4] = 2
    expect(() => decodeHello(other)).toThrow(expect.objectContaining({code: 'FTS_SHUFFLE_VERSION'}))
    const bad = expect.objectContaining({code: 'FTS_SHUFFLE_FRAME'})
    expect(() => decodeHello(Buffer.from('HTTP/1.1 200 OK'))).toThrow(bad)
    expect(() => decodeHello(hello.subarray(0, 15))).toThrow(bad)
    expect(() => decodePartitionRequest(Buffer.alloc(3))).toThrow(bad)
    expect(() => decodeEvent(Buffer.from([9]))).toThrow(bad)
    expect(() => decodeEvent(Buffer.alloc(0))).toThrow(bad)
    expect(() => decodeEvent(Buffer.from([1, 2]))).toThrow(bad)
    expect(() => decodeError(Buffer.from('no JSON'))).toThrow(bad)
  })
})
