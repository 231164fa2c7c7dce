/**
 * Goal: what is gathered on a channel comes out of it, for any values, any rows picked, any cut into messages.
 * Method: random batches are appended with random selections of rows, taken at random points and read in order from a
 * buffer at a random alignment; the oracle is the same selection made with plain arrays.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Batch, Column, ColumnBatch, ColumnType, ObjectBatch, Schema} from '../../src/columns/index.js'
import {FtsError} from '../../src/core/index.js'
import {createBatchDeserializer, createBatchSerializer} from '../../src/types/index.js'
import {propertyOptions} from '../support/property-options.js'

interface Pick<B extends Batch> {
  readonly batch: B
  readonly rows: Int32Array | undefined
}

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '1', 'length'),
  fc.string({unit: 'binary', maxLength: 4}).filter((text) => text !== '__proto__'),
)
const primitive = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, 2 ** 31, -(2 ** 31), 2 ** 53),
  fc.string({unit: 'binary'}),
  fc.string(),
  fc.constantFrom('\ud800', 'x'.repeat(300), 'é'.repeat(20), 'w'.repeat(70_000)),
  fc.boolean(),
  fc.constantFrom(null, undefined),
)
const exotic = fc.oneof(
  fc.bigInt(),
  fc.date({noInvalidDate: false}),
  fc.uint8Array({maxLength: 5}),
  fc.float64Array({maxLength: 5}),
)
const value: fc.Arbitrary<unknown> = fc.letrec<{value: unknown}>((tie) => ({
  value: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    {weight: 4, arbitrary: primitive},
    {weight: 1, arbitrary: exotic},
    {weight: 2, arbitrary: fc.array(tie('value'), {maxLength: 4})},
    {weight: 2, arbitrary: fc.array(fc.tuple(name, tie('value')), {maxLength: 4}).map(record)},
    {weight: 1, arbitrary: fc.array(fc.tuple(primitive, tie('value')), {maxLength: 3}).map((pairs) => new Map(pairs))},
    {weight: 1, arbitrary: fc.uniqueArray(primitive, {maxLength: 3}).map((items) => new Set(items))},
  ),
})).value

/** Objects with the usual prototype. */
const plain = <T>(model: {[K in keyof T]: fc.Arbitrary<T[K]>}) => fc.record(model, {noNullPrototype: true})

/** Many rows of few shapes, as real streams have them. */
const alike = fc
  .array(
    fc.oneof(
      plain({user: fc.string(), count: fc.integer(), price: fc.double(), ok: fc.boolean()}),
      plain({user: fc.string({unit: 'binary'}), count: primitive, at: fc.tuple(fc.string(), fc.integer())}),
      fc.tuple(fc.string(), fc.integer()),
      plain({user: fc.string(), note: fc.option(fc.string())}),
    ),
    {maxLength: 60},
  )
  .map((values) => values as unknown[])

describe('objects', () => {
  it.each([
    ['of any kind', fc.array(value, {maxLength: 12})],
    ['of few shapes', alike],
  ])('come back as they were: records %s', (_, values) => {
    const pick = fc
      .tuple(values, fc.boolean())
      .chain(([list, isTimed]) => fc.tuple(fc.constant(objects(list, isTimed)), rowsOf(list.length)))
      .map(([batch, rows]): Pick<ObjectBatch> => ({batch, rows}))
    const cuts = fc.array(fc.tuple(pick, fc.boolean()), {maxLength: 6})
    fc.assert(
      fc.property(cuts, fc.nat(7), (steps, shift) => {
        const {taken, expected} = run(steps, shift)
        expect(taken.flatMap((batch) => [...(batch as ObjectBatch).values])).toStrictEqual(
          expected.flatMap(({batch, rows}) => selected(batch.values, rows)),
        )
        expect(taken.flatMap(timesOf)).toEqual(expected.flatMap(({batch, rows}) => selected(timesOf(batch), rows)))
      }),
      propertyOptions(300),
    )
  })

  it('do not change after they were appended', () => {
    const serializer = createBatchSerializer()
    const accumulator = {word: 'a', count: 1, seen: [{at: 1}]}
    serializer.append(objects([accumulator], false), undefined, 1)
    accumulator.count = 2
    accumulator.seen[0].at = 2
    serializer.append(objects([accumulator], false), undefined, 1)
    const batch = createBatchDeserializer().read(serializer.take()) as ObjectBatch
    expect(batch.values).toEqual([
      {word: 'a', count: 1, seen: [{at: 1}]},
      {word: 'a', count: 2, seen: [{at: 2}]},
    ])
  })
})

describe('columns', () => {
  it('come back as they were', () => {
    const fields = fc.array(fc.constantFrom<ColumnType>('utf8', 'f64', 'i32', 'bool'), {minLength: 1, maxLength: 3})
    const pick = fc
      .tuple(fields, fc.nat(20), fc.boolean())
      .chain(([types, rowCount, isTimed]) => fc.tuple(columns(types, rowCount, isTimed), rowsOf(rowCount)))
      .map(([batch, rows]): Pick<ColumnBatch> => ({batch, rows}))
    fc.assert(
      fc.property(fc.array(fc.tuple(pick, fc.boolean()), {maxLength: 6}), fc.nat(7), (steps, shift) => {
        const {taken, expected} = run(steps, shift)
        expect(taken.flatMap((batch) => rowsAsValues(batch as ColumnBatch))).toEqual(
          expected.flatMap(({batch, rows}) => selected(rowsAsValues(batch), rows)),
        )
        expect(taken.flatMap(timesOf)).toEqual(expected.flatMap(({batch, rows}) => selected(timesOf(batch), rows)))
      }),
      propertyOptions(300),
    )
  })
})

describe('a damaged message', () => {
  it('is an FtsError or another batch, never a crash of another kind', () => {
    const damage = fc.record({at: fc.nat(), bit: fc.nat(7), cut: fc.option(fc.nat())})
    fc.assert(
      fc.property(alike, damage, (values, {at, bit, cut}) => {
        const serializer = createBatchSerializer()
        serializer.append(objects(values, true), undefined, values.length)
        const message = serializer.take().slice()
        message[at % message.length] ^= 1 << bit
        try {
          createBatchDeserializer().read(cut === null ? message : message.slice(0, cut % message.length))
        } catch (error) {
          expect(error).toBeInstanceOf(FtsError)
          expect(error).toMatchObject({kind: 'invariant', code: 'FTS_BATCH_MALFORMED'})
        }
      }),
      propertyOptions(300),
    )
  })
})

/** Appends all; takes where a step says so, and where the serializer does not accept. */
function run<B extends Batch>(steps: readonly (readonly [Pick<B>, boolean])[], shift: number) {
  const serializer = createBatchSerializer()
  const deserializer = createBatchDeserializer()
  const standAlone = createBatchSerializer({standAlone: true})
  const inOrder = createBatchDeserializer()
  const taken: Batch[] = []
  const take = () => {
    const {rowCount} = serializer
    const batch = deserializer.read(shifted(serializer.take(), shift))
    expect(batch.rowCount).toBe(rowCount)
    taken.push(copied(batch))
    // A message that stands alone needs none before it, and does no harm where there were some.
    const message = shifted(standAlone.take(), shift)
    expect(copied(createBatchDeserializer().read(message))).toStrictEqual(taken.at(-1))
    expect(copied(inOrder.read(message))).toStrictEqual(taken.at(-1))
  }
  for (const [{batch, rows}, takesNow] of steps) {
    if (!serializer.accepts(batch)) take()
    serializer.append(batch, rows, rows?.length ?? batch.rowCount)
    standAlone.append(batch, rows, rows?.length ?? batch.rowCount)
    if (takesNow) take()
  }
  if (serializer.rowCount > 0) take()
  return {taken, expected: steps.map(([pick]) => pick)}
}

function shifted(message: Uint8Array, shift: number): Uint8Array {
  const bytes = new Uint8Array(message.length + shift)
  bytes.set(message, shift)
  return bytes.subarray(shift)
}

/** Batches are borrowed until the next read. */
function copied(batch: Batch): Batch {
  return structuredClone(batch)
}

function rowsOf(rowCount: number): fc.Arbitrary<Int32Array | undefined> {
  if (rowCount === 0) return fc.constantFrom(undefined, new Int32Array(0))
  const some = fc.array(fc.nat(rowCount - 1), {maxLength: 30}).map((rows) => Int32Array.from(rows))
  return fc.oneof(fc.constant(undefined), some)
}

function selected<T>(values: readonly T[], rows: Int32Array | undefined): T[] {
  if (values.length === 0) return []
  return rows === undefined ? [...values] : Array.from(rows, (row) => values[row])
}

function timesOf(batch: Batch): number[] {
  return batch.kind === 'bytes' || batch.timestamps === undefined ? [] : [...batch.timestamps]
}

function record(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries)
}

function objects(values: readonly unknown[], isTimed: boolean): ObjectBatch {
  const batch = {kind: 'objects', rowCount: values.length, values} as const
  return isTimed ? {...batch, timestamps: Float64Array.from(values, (_, i) => i + 0.5)} : batch
}

function columns(types: readonly ColumnType[], rowCount: number, isTimed: boolean): fc.Arbitrary<ColumnBatch> {
  const schema: Schema = {fields: types.map((type, i) => ({name: `f${i}`, type}))}
  return fc.tuple(...types.map((type) => column(type, rowCount))).map((list) => {
    const batch = {kind: 'columns', schema, rowCount, columns: list} as const
    return isTimed ? {...batch, timestamps: Float64Array.from({length: rowCount}, (_, i) => i)} : batch
  })
}

function column(type: ColumnType, rowCount: number): fc.Arbitrary<Column> {
  const exactly = {minLength: rowCount, maxLength: rowCount}
  const validity = fc.option(fc.uint8Array({minLength: (rowCount + 7) >> 3, maxLength: (rowCount + 7) >> 3}))
  const values: fc.Arbitrary<Column> = {
    utf8: fc.tuple(fc.array(fc.string({unit: 'binary', maxLength: 40}), exactly), fc.nat(3)).map(utf8Column),
    f64: fc.float64Array(exactly).map((list): Column => ({type: 'f64', values: list})),
    i32: fc.int32Array(exactly).map((list): Column => ({type: 'i32', values: list})),
    bool: fc.uint8Array({...exactly, max: 1}).map((list): Column => ({type: 'bool', values: list})),
  }[type]
  return fc.tuple(values, validity).map(([list, bits]) => (bits === null ? list : {...list, validity: bits}))
}

/** The first string need not begin at 0. */
function utf8Column([texts, lead]: [string[], number]): Column {
  const parts = texts.map((text) => Buffer.from(text))
  const offsets = new Int32Array(texts.length + 1).fill(lead)
  for (let i = 0; i < parts.length; i++) offsets[i + 1] = offsets[i] + parts[i].length
  return {type: 'utf8', bytes: Buffer.concat([Buffer.alloc(lead), ...parts]), offsets}
}

function rowsAsValues(batch: ColumnBatch): unknown[] {
  return Array.from({length: batch.rowCount}, (_, row) => batch.columns.map((list) => cell(list, row)))
}

function cell(list: Column, row: number): unknown {
  if (list.validity !== undefined && ((list.validity[row >> 3] >> (row & 7)) & 1) === 0) return null
  if (list.type !== 'utf8') return list.values[row]
  return Buffer.from(list.bytes.subarray(list.offsets[row], list.offsets[row + 1])).toString()
}
