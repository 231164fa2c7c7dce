/**
 * Goal: the bytes on the wire are those of the written page, both ways, and what is not a message is refused with a word.
 * Method: the worked example in fixtures/wire is written and read; then single bytes of it are made wrong.
 */
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {type Batch, type ColumnBatch, WORD_COUNT_SCHEMA} from '../../../src/columns/index.js'
import {createBatchDeserializer, createBatchSerializer} from '../../../src/types/index.js'

const MESSAGES = readFileSync(new URL('../../../fixtures/wire/batch-v1.hex', import.meta.url), 'utf8')
  .split(/^---$/m)
  .map((part) => Uint8Array.from(Buffer.from(part.replace(/#.*$/gm, '').replace(/\s/g, ''), 'hex')))

const BATCHES: readonly Batch[] = [
  {
    kind: 'columns',
    schema: WORD_COUNT_SCHEMA,
    rowCount: 2,
    columns: [
      {type: 'utf8', bytes: new TextEncoder().encode('flinkä'), offsets: Int32Array.of(0, 5, 7)},
      {type: 'f64', values: Float64Array.of(3, 1)},
    ],
  },
  {
    kind: 'objects',
    rowCount: 2,
    values: [
      {user: 'ann', n: 1},
      {user: 'bo', n: null},
    ],
    timestamps: Float64Array.of(1000, 2000),
  },
  {kind: 'bytes', rowCount: 1, bytes: new TextEncoder().encode('a b\n')},
]

describe('the worked example', () => {
  it('is what the serializer writes', () => {
    const serializer = createBatchSerializer()
    for (const [i, batch] of BATCHES.entries()) {
      serializer.append(batch, undefined, batch.rowCount)
      expect(Buffer.from(serializer.take()).toString('hex')).toBe(Buffer.from(MESSAGES[i]).toString('hex'))
    }
  })

  it('is what the deserializer reads', () => {
    const deserializer = createBatchDeserializer()
    expect(MESSAGES.map((message) => deserializer.read(message))).toEqual(BATCHES)
  })

  it('is read in place where it is aligned, from a copy where it is not', () => {
    const aligned = createBatchDeserializer().read(MESSAGES[0]) as ColumnBatch
    expect(aligned.columns[1].type === 'f64' && aligned.columns[1].values.buffer).toBe(MESSAGES[0].buffer)
    const shifted = new Uint8Array(MESSAGES[0].length + 1)
    shifted.set(MESSAGES[0], 1)
    expect(createBatchDeserializer().read(shifted.subarray(1))).toEqual(BATCHES[0])
  })

  it('sends a definition once', () => {
    const serializer = createBatchSerializer()
    const lengths = [0, 1].map(() => {
      serializer.append(BATCHES[0], undefined, 2)
      return serializer.take().length
    })
    expect(lengths[0] - lengths[1]).toBe(80)
  })
})

describe('what is not a message', () => {
  it.each([
    ['a wrong version', 0, 0, 2, 'its version is 2, this build reads 1'],
    ['an unknown kind', 0, 1, 9, 'its kind is 9, kinds are 1 to 3'],
    ['unknown flags', 0, 2, 8, 'its flags are 8 and 0'],
    ['another length', 0, 8, 0x99, 'its header says 153 bytes, but 152 came'],
    ['broken JSON', 0, 20, 0x20, 'its definitions are not JSON'],
    ['a column of another type', 0, 96, 2, 'column "word" (utf8) begins with 2 0'],
    ['strings past their bytes', 0, 112, 8, 'its strings span 0 to 8, but have 7 bytes'],
    ['more rows than it has', 0, 4, 200, 'a section of 804 bytes at byte 104 goes past its 152 bytes'],
    ['an unknown shape', 1, 56, 1, 'it uses shape 1, which no earlier message has defined'],
    ['an unknown mark', 1, 105, 7, 'a mark is 7'],
    ['lengths that do not add up', 1, 72, 4, 'strings of 6 units in a text of 5'],
  ])('%s is refused', (_, index, at, byte, sentence) => {
    const message = MESSAGES[index].slice()
    message[at] = byte
    expect(() => createBatchDeserializer().read(message)).toThrow(
      expect.objectContaining({
        kind: 'invariant',
        code: 'FTS_BATCH_MALFORMED',
        message: expect.stringContaining(sentence),
      }),
    )
  })

  it('a message whose definition was missed is refused', () => {
    const serializer = createBatchSerializer()
    serializer.append(BATCHES[0], undefined, 2)
    serializer.take()
    serializer.append(BATCHES[0], undefined, 2)
    expect(() => createBatchDeserializer().read(serializer.take())).toThrow(/schema 0, which no earlier message/)
  })
})
