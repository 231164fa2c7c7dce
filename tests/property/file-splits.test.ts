/**
 * Goal: byte-range splits cut at line ends never lose or double a byte, wherever the cuts fall.
 * Method: random texts (long lines, CRLF, no final newline, empty lines) in a real file, read through every split of a
 * random split size with a random buffer size; the pieces in order must be the file, and each must begin at a line start.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {FileRangeReader} from '../../src/connectors/sources/file-range-reader.js'
import {propertyOptions} from '../support/property-options.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-splits-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const line = fc.oneof(
  {weight: 6, arbitrary: fc.string({maxLength: 12})},
  {weight: 1, arbitrary: fc.constant('x'.repeat(300))},
  {weight: 1, arbitrary: fc.constant('')},
)
const text = fc
  .tuple(fc.array(line, {maxLength: 40}), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, closed]) => lines.join(end) + (closed && lines.length > 0 ? end : ''))

function readSplit(path: string, startByte: number, endByte: number, bufferBytes: number): Buffer {
  const reader = new FileRangeReader({path, startByte, endByte})
  const pieces: Buffer[] = []
  const buffer = new Uint8Array(bufferBytes)
  for (let read = reader.read(buffer); read !== 'end'; read = reader.read(buffer)) {
    pieces.push(Buffer.from(buffer.subarray(0, read)))
  }
  expect(reader.progressBytes).toBe(endByte - startByte)
  reader.close()
  return Buffer.concat(pieces)
}

describe('splits of a file', () => {
  it('tile the file at line starts', () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({min: 1, max: 64}),
        fc.integer({min: 1, max: 50}),
        (content, splitBytes, bufferBytes) => {
          const path = join(folder, 'text')
          const bytes = Buffer.from(content)
          writeFileSync(path, bytes)
          const pieces: Buffer[] = []
          for (let start = 0; start < bytes.length; start += splitBytes) {
            const piece = readSplit(path, start, Math.min(start + splitBytes, bytes.length), bufferBytes)
            const before = Buffer.concat(pieces)
            if (piece.length > 0 && before.length > 0) expect(before[before.length - 1]).toBe(0x0a)
            pieces.push(piece)
          }
          expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
        },
      ),
      propertyOptions(),
    )
  })
})
