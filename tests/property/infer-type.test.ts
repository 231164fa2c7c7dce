/**
 * Goal: the type of a column is the same whether its texts are looked at as bytes or one by one.
 * Method: columns of texts that are nearly numbers; a guess that is given bytes first against one that is given every text.
 */
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {TypeGuess} from '../../src/connectors/formats/schema/infer-type.js'
import {propertyOptions} from '../support/property-options.js'

const whole = fc.integer({min: -1e6, max: 1e6}).map(String)
const decimal = fc.integer({min: -4000, max: 4000}).map((quarters) => (quarters / 4).toFixed(2))
const odd = fc.oneof(
  fc.stringMatching(/^-?\d{0,18}\.?\d{0,3}$/),
  fc.constantFrom(
    '0',
    '-0',
    '007',
    '1.',
    '.5',
    '-',
    '',
    '1e5',
    'true',
    '2026-11-21T08:30:00Z',
    'x',
    '9007199254740993',
    '+1',
    '1.2.3',
    ' 1',
  ),
)
const columns = fc.oneof(
  fc.array(whole, {minLength: 1, maxLength: 8}),
  fc.array(decimal, {minLength: 1, maxLength: 8}),
  fc.array(fc.oneof({weight: 5, arbitrary: whole}, {weight: 3, arbitrary: decimal}, odd), {minLength: 1, maxLength: 8}),
)

it('a guess by bytes is that by texts', () => {
  let byBytes = 0
  fc.assert(
    fc.property(columns, (texts) => {
      const [guess, expected] = [new TypeGuess(), new TypeGuess()]
      for (const text of texts) {
        expected.add(text)
        const bytes = Buffer.from(`,${text},`)
        if (guess.tryAdd(bytes, 1, bytes.length - 1)) byBytes += 1
        else guess.add(text)
        expect([texts, guess.type]).toEqual([texts, expected.type])
      }
    }),
    propertyOptions(1000),
  )
  expect(byBytes).toBeGreaterThan(0)
})
