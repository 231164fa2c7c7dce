// Goal: of a client's bytes whole records are given, wherever the network cuts them, and what is left gets its delimiter at the end.
// Method: property test against String.split; the limit by example.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {WholeRecords} from '../../../src/connectors/sources/socket/whole-records.js'
import {propertyOptions} from '../../support/property-options.js'

function cut(delimiter: string, chunks: readonly Buffer[], maxRecordBytes = 1000): string[] {
  const records = new WholeRecords({delimiter, maxRecordBytes, what: 'a test'})
  return [...chunks.map((chunk) => records.push(chunk)), records.end()].map((bytes) => bytes.toString())
}

describe('WholeRecords', () => {
  it('gives what split gives, for any delimiter and any cuts', () => {
    const anyText = fc.string({unit: fc.constantFrom('a', ';', '|', 'é', '\n', '€')})
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom(';', '||', ';|;', '€', 'aa'),
        fc.array(fc.nat(12)),
        (whole, delimiter, sizes) => {
          const bytes = Buffer.from(whole)
          const chunks: Buffer[] = []
          let at = 0
          for (const size of sizes) {
            chunks.push(bytes.subarray(at, at + size))
            at += size
          }
          chunks.push(bytes.subarray(at))
          const records = whole.split(delimiter)
          const closed = records.at(-1) === '' ? whole : whole + delimiter
          const given = cut(delimiter, chunks)
          expect(given.join('')).toBe(closed)
          for (const part of given) expect(part === '' || part.endsWith(delimiter)).toBe(true)
        },
      ),
      propertyOptions(),
    )
  })

  it('refuses a record that does not end', () => {
    expect(() => cut(';', [Buffer.alloc(1001, 'x')])).toThrow(
      /a record from a test is longer than 1000 bytes: there is no ";" in it/,
    )
  })
})
