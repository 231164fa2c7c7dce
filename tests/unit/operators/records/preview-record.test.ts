// Goal: a preview of any record is short, safe and looks like JSON.
// Method: a table, and records that misbehave.
import {describe, expect, it} from 'vitest'
import {previewRecord} from '../../../../src/operators/index.js'

describe('previewRecord', () => {
  it.each([
    [
      {id: 7, name: 'x', ok: true, none: null, gone: undefined},
      '{"id":7,"name":"x","ok":true,"none":null,"gone":undefined}',
    ],
    [['a', 1], '["a",1]'],
    ['text', '"text"'],
    [undefined, 'undefined'],
    [Number.NaN, 'NaN'],
    [new Map([[1, 2]]), '[Map of 1]'],
    [new Uint8Array(3), '[Uint8Array of 3 bytes]'],
    [Object.create(null), '{}'],
    [new Date(Number.NaN), 'Invalid Date'],
    [function named() {}, '[function named]'],
    [Symbol('s'), 'Symbol(s)'],
  ])('%o', (record, preview) => {
    expect(previewRecord(record)).toBe(preview)
  })

  it('stays short and calls no code of the record', () => {
    const cyclic: Record<string, unknown> = {big: 10n}
    cyclic.self = cyclic
    expect(previewRecord(cyclic)).toBe('{"big":10n,"self":{"big":10n,"self":{"big":10n,"self":{…}}}}')
    const trap = {
      get secret(): string {
        throw new Error('called')
      },
      toJSON: () => 'called',
    }
    expect(previewRecord(trap)).toBe('{"secret":[getter],"toJSON":[function toJSON]}')
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    expect(previewRecord(revoked.proxy).length).toBeLessThan(100)
    expect(previewRecord(Array.from({length: 1e6}, (_, i) => i)).length).toBeLessThan(100)
    expect(previewRecord({text: 'x'.repeat(1e6)}).length).toBeLessThan(200)
    expect(previewRecord(Array(12).fill(Array(12).fill('y'.repeat(80)))).length).toBeLessThan(500)
  })
})
