// Goal: records of text are cut at their delimiter wherever the network cuts the bytes.
// Method: property test against String.split; limits and the odd cases by example.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {DelimitedText} from '../../../src/connectors/sources/socket/delimited-text.js'
import {propertyOptions} from '../../support/property-options.js'

function cut(delimiter: string, chunks: readonly Buffer[], maxRecordBytes = 1000): string[] {
  const text = new DelimitedText({delimiter, maxRecordBytes, what: 'a test'})
  return [...chunks.flatMap((chunk) => text.push(chunk)), ...text.end()]
}

describe('DelimitedText', () => {
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
          const expected = whole.split(delimiter)
          if (expected.at(-1) === '') expected.pop()
          expect(cut(delimiter, chunks)).toEqual(expected)
        },
      ),
      propertyOptions(),
    )
  })

  it('drops a carriage return before a line end only', () => {
    expect(cut('\n', [Buffer.from('a\r'), Buffer.from('\nb\rc\n\r\nd\r')])).toEqual(['a', 'b\rc', '', 'd'])
    expect(cut(';', [Buffer.from('a\r;b')])).toEqual(['a\r', 'b'])
  })

  it('refuses a record that does not end', () => {
    expect(() => cut(';', [Buffer.alloc(1001, 'x')])).toThrow(
      /a record from a test is longer than 1000 bytes: there is no ";" in it/,
    )
  })
})
