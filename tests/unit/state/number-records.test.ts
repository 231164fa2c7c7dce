// Goal: records of numbers off the heap are found by their keys, stay where they are, and their memory is used again.
// Method: the classes themselves, with keys that lie badly: of one hash code, longer than a chunk, many that come and go.
import {describe, expect, it} from 'vitest'
import {KeyIndex} from '../../../src/state/numbers/key-index.js'
import {NumberRecords} from '../../../src/state/numbers/number-records.js'
import {FIRST_RECORD, NO_RECORD, type RecordChunk, type Ref, VALUE} from '../../../src/state/numbers/record-layout.js'
import {VISIT_EFFORT} from '../../../src/state/numbers/record-memory.js'
import {StateRoom} from '../../../src/state/numbers/state-room.js'
import {hashKey} from '../../../src/types/index.js'

function recordsOf(keys: readonly (string | number)[]): {
  readonly records: NumberRecords
  readonly refs: readonly Ref[]
} {
  const records = new NumberRecords(new StateRoom('a test'))
  const refs = keys.map((key, i) => {
    const ref = records.add(key, hashKey(key))
    records.memory.setStamp(ref, 0)
    records.memory.setValue(ref, i + 0.5)
    return ref
  })
  return {records, refs}
}

const find = (records: NumberRecords, key: string | number) => records.find(key, hashKey(key))

describe('records of numbers', () => {
  const KEYS = [
    '',
    'a',
    'Aa',
    'BB',
    'ключ',
    '\ud800',
    0,
    1.5,
    -7,
    Number.POSITIVE_INFINITY,
    '1.5',
    'x'.repeat(1_200_000),
    'é',
  ]

  it('are found by texts and numbers of any kind, and no others', () => {
    const {records, refs} = recordsOf(KEYS)
    expect(KEYS.map((key) => find(records, key))).toEqual(refs)
    expect(refs.map((ref) => records.memory.key(ref))).toEqual(KEYS)
    expect(refs.map((ref) => records.memory.value(ref))).toEqual(KEYS.map((_, i) => i + 0.5))
    expect(['C#', 'b', '0', 7, 'клюй', 'x'.repeat(1_199_999)].map((key) => find(records, key))).toEqual(
      new Array(6).fill(NO_RECORD),
    )
  })

  it('take -0 for 0', () => {
    const {records, refs} = recordsOf([0])
    expect(find(records, -0)).toBe(refs[0])
  })

  it('are found by bytes', () => {
    const {records, refs} = recordsOf(['ab', 'ключ'])
    expect(records.findBytes(Buffer.from('xab'), 1, 2 << 2, hashKey('ab'))).toBe(refs[0])
    expect(records.findBytes(Buffer.from('ключ', 'utf16le'), 0, (4 << 2) | 1, hashKey('ключ'))).toBe(refs[1])
    expect(records.findBytes(Buffer.from('ac'), 0, 2 << 2, hashKey('ab'))).toBe(NO_RECORD)
  })

  it('stay where they are while more come', () => {
    const keys = Array.from({length: 100_000}, (_, i) => `key ${i}`)
    const {records, refs} = recordsOf(keys)
    expect(keys.every((key, i) => find(records, key) === refs[i])).toBe(true)
    expect(records.size).toBe(keys.length)
  })

  it('of the same size are put where others were released', () => {
    const {records, refs} = recordsOf(['abc', 'a much longer key'])
    records.unlink(refs[0])
    expect(find(records, 'abc')).toBe(NO_RECORD)
    expect(records.memory.key(refs[0])).toBe('abc')
    records.memory.release(refs[0])
    expect(records.add('xyz', hashKey('xyz'))).toBe(refs[0])
    expect(records.add('uvw', hashKey('uvw'))).not.toBe(refs[0])
  })

  it('are visited in the order of memory, those with the stamps that are wanted, a few at a time', () => {
    const {records, refs} = recordsOf(Array.from({length: 50}, (_, i) => `${i}`))
    for (const [i, ref] of refs.entries()) records.memory.setStamp(ref, i)
    const seen: number[] = []
    const visitor = {visit: ({doubles}: RecordChunk, place: number) => void seen.push(doubles[place + VALUE])}
    let turns = 0
    for (let from: Ref = FIRST_RECORD; from !== NO_RECORD; turns++)
      from = records.memory.scan(from, 5 * (VISIT_EFFORT + 1), {first: 10, last: 29, passed: 12}, visitor)
    expect(seen).toEqual([10.5, 11.5, ...Array.from({length: 17}, (_, i) => i + 13.5)])
    expect(turns).toBeGreaterThan(3)
  })
})

describe('room for state', () => {
  it('is refused where it is more than the heap', () => {
    const room = new StateRoom('count clicks')
    room.take(1000)
    expect(() => room.take(1e15)).toThrow(
      expect.objectContaining({
        code: 'FTS_SLOT_OUT_OF_MEMORY',
        message: expect.stringContaining('operator "count clicks"'),
      }),
    )
  })
})

describe('an index of keys', () => {
  it('finds all that are left, whatever was removed', () => {
    const index = new KeyIndex(new StateRoom('a test'))
    const hashes = Array.from({length: 300}, (_, i) => (i % 9) * 1_000_003)
    for (const [i, hash] of hashes.entries()) index.add(i + 1, hash)
    for (let i = 0; i < 300; i += 2) index.remove(i + 1, hashes[i])
    const found = (ref: Ref, hash: number) => {
      for (let at = index.first(hash); index.refAt(at) !== NO_RECORD; at = index.next(at))
        if (index.refAt(at) === ref && index.hashAt(at) === hash) return true
      return false
    }
    expect(hashes.map((hash, i) => found(i + 1, hash))).toEqual(hashes.map((_, i) => i % 2 === 1))
  })
})
