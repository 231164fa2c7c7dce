// Goal: columns of texts and numbers that never become JavaScript's are the messages that serializers write and read.
// Method: what a column writer writes is read by a deserializer, and what a serializer writes by the column reader.
import {describe, expect, it} from 'vitest'
import {
  createBatchDeserializer,
  createBatchSerializer,
  NumberColumnWriter,
  PlainColumnReader,
  TextColumnWriter,
} from '../../../src/types/index.js'

function messageOf(values: readonly unknown[]): Uint8Array {
  const serializer = createBatchSerializer({channelName: 'a test'})
  serializer.append({kind: 'objects', rowCount: values.length, values}, undefined, values.length)
  return Uint8Array.from(serializer.take())
}

function readBack(message: Uint8Array): unknown {
  const batch = createBatchDeserializer().read(Uint8Array.from(message))
  return batch.kind === 'objects' ? [...batch.values] : batch.kind
}

function textsOf(isWide: boolean, texts: readonly string[]): TextColumnWriter {
  const writer = new TextColumnWriter(isWide)
  const bytes = Buffer.from(`  ${texts.join('')}`, isWide ? 'utf16le' : 'latin1')
  let from = isWide ? 4 : 2
  for (const text of texts) {
    writer.add(bytes, from, text.length)
    from += text.length * (isWide ? 2 : 1)
  }
  return writer
}

describe('a writer of one column', () => {
  it.each([
    ['latin1', false, ['', 'a', 'é', 'x'.repeat(300)]],
    ['UTF-16', true, ['', 'ключ', '\ud800', '漢'.repeat(70_000)]],
  ])('writes texts in %s', (_, isWide, texts) => {
    const writer = textsOf(isWide, texts)
    expect(writer.rowCount).toBe(texts.length)
    expect(readBack(writer.take())).toEqual(texts)
    expect(writer.rowCount).toBe(0)
  })

  it('writes numbers', () => {
    const writer = new NumberColumnWriter()
    for (const numbers of [[1, -(2 ** 31), 7], [0.5, -0, Number.NaN, Number.POSITIVE_INFINITY], [2 ** 31]]) {
      for (const value of numbers) writer.add(value)
      expect(readBack(writer.take())).toEqual(numbers)
    }
  })

  it('writes the bytes that a serializer writes', () => {
    expect(Uint8Array.from(textsOf(false, ['a', 'bc']).take())).toEqual(messageOf(['a', 'bc']))
  })

  it('forgets what was cleared', () => {
    const writer = textsOf(false, ['a', 'b'])
    writer.clear()
    expect(readBack(writer.take())).toEqual([])
  })
})

describe('a reader of one column', () => {
  it('gives texts as they lie in the message', () => {
    const column = new PlainColumnReader().read(messageOf(['a', 'bcd']))
    expect(column).toMatchObject({kind: 'text', isWide: false})
    if (column?.kind !== 'text') return
    expect([...Array.from(column.lengths)]).toEqual([1, 3])
    expect(Buffer.from(column.bytes).toString('latin1')).toBe('abcd')
  })

  it('reads on where only the first message says what they are', () => {
    const serializer = createBatchSerializer({channelName: 'a test'})
    const reader = new PlainColumnReader()
    for (const values of [[1.5], [2, 3]]) {
      serializer.append({kind: 'objects', rowCount: values.length, values}, undefined, values.length)
      const column = reader.read(Uint8Array.from(serializer.take()))
      expect(column?.kind === 'number' && Array.from(column.values)).toEqual(values)
    }
  })

  it('reads a message wherever it begins in memory', () => {
    const message = messageOf([1.5, 2.5])
    const moved = new Uint8Array(message.length + 3)
    moved.set(message, 3)
    const column = new PlainColumnReader().read(moved.subarray(3))
    expect(column?.kind === 'number' && Array.from(column.values)).toEqual([1.5, 2.5])
  })

  it.each([
    ['records', [{n: 1}, {n: 2}]],
    ['a missing value', ['a', null]],
    ['texts and numbers', ['a', 1]],
    ['something else', [true]],
    ['lists', [[1, 2, 3, 'x'.repeat(5)]]],
  ])('does not read %s', (_, values) => {
    expect(new PlainColumnReader().read(messageOf(values))).toBeUndefined()
  })
})
