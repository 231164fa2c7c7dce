// Goal: the bytes on the socket are those of the page in src/rpc/README.md.
// Method: the worked example in fixtures/wire/rpc-v1.hex, written and read.
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {encodeFrame, FRAME_TYPES, FrameReader, handshakeFrame} from '../../../src/rpc/index.js'

const FIXTURE = readFileSync(new URL('../../../fixtures/wire/rpc-v1.hex', import.meta.url), 'utf8')
const [HANDSHAKE, MESSAGE] = FIXTURE.split('\n---\n').map((frame) =>
  Buffer.from(frame.replace(/#.*$/gm, '').replace(/\s+/g, ''), 'hex'),
)
const OFFER = {kind: 'offerSlot', jobId: 'j', allocationId: 'ä', slotIndex: 2}

describe('the wire format', () => {
  it('is written as in the example', () => {
    expect(Buffer.from(handshakeFrame('taskmanager')).toString('hex')).toBe(HANDSHAKE.toString('hex'))
    expect(Buffer.from(encodeFrame(FRAME_TYPES.message, OFFER)).toString('hex')).toBe(MESSAGE.toString('hex'))
  })

  it('is read as in the example', () => {
    const frames = new FrameReader().push(Buffer.concat([HANDSHAKE, MESSAGE]))
    expect(frames.map(({type, payload}) => [type, JSON.parse(Buffer.from(payload).toString())])).toEqual([
      [FRAME_TYPES.handshake, {magic: 'fts-rpc', version: 1, role: 'taskmanager'}],
      [FRAME_TYPES.message, OFFER],
    ])
  })
})
