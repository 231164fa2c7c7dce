/**
 * Goal: the serializer's contract beside the round trip (which tests/property/types.test.ts has): what may join what is
 * gathered, what cannot be sent, and that records of any mixture stay in order.
 * Method: small batches by hand.
 */
import {describe, expect, it} from 'vitest'
import type {Batch, ObjectBatch} from '../../../src/columns/index.js'
import {createBatchDeserializer, createBatchSerializer} from '../../../src/types/index.js'

const text = (content: string): Batch => ({kind: 'bytes', rowCount: 1, bytes: new TextEncoder().encode(content)})
const objects = (...values: unknown[]): ObjectBatch => ({kind: 'objects', rowCount: values.length, values})

function roundTrip(...values: unknown[]): readonly unknown[] {
  const serializer = createBatchSerializer()
  serializer.append(objects(...values), undefined, values.length)
  return (createBatchDeserializer().read(serializer.take()) as ObjectBatch).values
}

describe('accepts', () => {
  const counts = (name: string, timestamps?: Float64Array): Batch => ({
    kind: 'columns',
    rowCount: 1,
    schema: {fields: [{name, type: 'f64'}]},
    columns: [{type: 'f64', values: Float64Array.of(1)}],
    ...(timestamps === undefined ? {} : {timestamps}),
  })

  it.each([
    ['the same schema in another object', counts('n'), counts('n'), true],
    ['another schema', counts('n'), counts('m'), false],
    ['timestamps after none', counts('n'), counts('n', Float64Array.of(1)), false],
    ['another kind', counts('n'), objects(1), false],
    ['records of another shape', objects(1), objects('a'), true],
    ['text after a whole line', text('a\n'), text('b'), true],
    ['text after a line that has not ended', text('a'), text('b'), false],
  ])('%s', (_, first, second, accepted) => {
    const serializer = createBatchSerializer()
    expect(serializer.accepts(second)).toBe(true)
    serializer.append(first, undefined, first.rowCount)
    expect(serializer.accepts(second)).toBe(accepted)
    serializer.take()
    expect(serializer.accepts(second)).toBe(true)
  })
})

describe('gathered so far', () => {
  it('counts rows and bytes, and nothing after take', () => {
    const serializer = createBatchSerializer()
    const values = Array.from({length: 500}, (_, i) => ({id: i, name: `name ${i}`}))
    serializer.append(objects(...values), undefined, 500)
    expect(serializer.rowCount).toBe(500)
    const estimate = serializer.byteLength
    const {length} = serializer.take()
    expect(Math.abs(estimate - length)).toBeLessThan(length)
    expect(serializer.rowCount).toBe(0)
    expect(serializer.byteLength).toBeLessThan(64)
  })
})

describe('a serializer that begins anew', () => {
  const readAnew = (message: Uint8Array) => (createBatchDeserializer().read(message) as ObjectBatch).values

  it.each([
    ['the same shape', ['a', 'b']],
    ['another shape', [1, {x: 2}]],
    ['shapes mixed', ['a', 1, null, {x: [1]}, 'b']],
  ])('sends what a new reader understands: %s', (_, values) => {
    const serializer = createBatchSerializer()
    for (const before of [['before'], ['x', 7, [1]]]) {
      serializer.restart('a test')
      serializer.append(objects(...before), undefined, before.length)
      serializer.take()
      serializer.append(objects('given up'), undefined, 1)
      serializer.restart('a test')
      expect(serializer.rowCount).toBe(0)
      serializer.append(objects(...values), undefined, values.length)
      expect(readAnew(serializer.take())).toEqual(values)
    }
  })

  it('sends columns and text as well', () => {
    const serializer = createBatchSerializer()
    const column: Batch = {
      kind: 'columns',
      rowCount: 1,
      schema: {fields: [{name: 'n', type: 'f64'}]},
      columns: [{type: 'f64', values: Float64Array.of(1)}],
    }
    for (const batch of [column, text('a\n'), column]) {
      serializer.append(batch, undefined, 1)
      serializer.restart('a test')
      serializer.append(batch, undefined, 1)
      expect(createBatchDeserializer().read(serializer.take())).toMatchObject({kind: batch.kind, rowCount: 1})
    }
  })
})

describe('records', () => {
  it('of alternating shapes stay in order, message after message', () => {
    const serializer = createBatchSerializer()
    const deserializer = createBatchDeserializer()
    for (let message = 0; message < 3; message++) {
      const values = Array.from({length: 100}, (_, i) => [{a: i}, {b: `${i}`}, i, [i, 'x'], {a: i, c: {d: i}}][i % 5])
      serializer.append(objects(...values), undefined, values.length)
      expect((deserializer.read(serializer.take()) as ObjectBatch).values).toEqual(values)
    }
  })

  it('of more shapes than are kept come back whole', () => {
    const values = Array.from({length: 300}, (_, i) => ({[`field${i % 97}`]: i, more: [i, `${i}`]}))
    expect(roundTrip(...values)).toEqual(values)
  })

  it('keep null, undefined and missing apart', () => {
    const values = [{a: 1, b: null}, {a: undefined, b: 'x'}, {b: 'y'}, {a: 3, b: undefined}]
    expect(roundTrip(...values)).toStrictEqual(values)
  })

  it('may have fields that are named like methods', () => {
    const values: object[] = [{constructor: 1, toString: 'a'}, {hasOwnProperty: true}, {'': 0}, {'a"b\u2028': 1}]
    expect(roundTrip(...values)).toEqual(values)
  })

  it('without a prototype come back as plain objects', () => {
    expect(roundTrip(Object.assign(Object.create(null), {a: 1}))).toStrictEqual([{a: 1}])
  })

  it('of one field that is sometimes an object use one shape', () => {
    const values = [{at: {x: 1}}, {at: null}, {at: 'here'}, {at: {x: -0, y: new Date(5)}}]
    expect(roundTrip(...values)).toStrictEqual(values)
  })
})

describe('what cannot be sent', () => {
  class Order {
    id = 1
  }
  const loop: Record<string, unknown> = {name: 'loop'}
  loop.self = {back: loop}

  it.each([
    ['a function', {user: 'a', run() {}}, 'run', 'a function (run)'],
    ['a symbol', [1, Symbol('s')], '[1]', 'a symbol (Symbol(s))'],
    ['an instance of a class', {order: new Order()}, 'order', 'an instance of the class Order'],
    ['a record that is one', new Order(), '', 'an instance of the class Order'],
    ['a cycle', loop, 'self.back.self.back.self.back', 'a reference back'],
    ['a hole', {list: new Array(2)}, 'list', 'an array with a hole at 0'],
    ['inside of what is packed', {a: new Map([['k', {f: [() => 1]}]])}, 'a.k.f[0]', 'a function (anonymous)'],
  ])('%s is named by its path', (_, value, path, what) => {
    const serializer = createBatchSerializer({channelName: 'map[0] to count[1]'})
    expect(() => serializer.append(objects({plain: 1}, value), undefined, 2)).toThrow(
      expect.objectContaining({
        kind: 'user',
        code: 'FTS_NOT_SERIALIZABLE',
        details: {path},
        message: expect.stringMatching(new RegExp(`^map\\[0\\] to count\\[1\\]: .*${what.replace(/[()]/g, '\\$&')}`)),
      }),
    )
  })
})
