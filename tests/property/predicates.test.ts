/**
 * Goal: a filter that is read from its text says of every record what the function says, and whatever is more than comparisons is not read.
 * Method: random expressions over fields and constants, as text made into functions, against the predicate for random records; functions of other kinds.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {evaluatePredicate, predicateOf} from '../../src/operators/index.js'
import {propertyOptions} from '../support/property-options.js'

const fields = fc.constantFrom('r.a', 'r.b', 'r["c d"]', "r['a']")
const constants = fc.oneof(
  fc.integer({min: -3, max: 3}).map(String),
  fc.constantFrom('1.5', '2e0', '"x"', "'y'", '""', 'true', 'false', 'null', '"1"', '-0'),
)
const numbers = fc.constantFrom('0', '1', '-1', '1.5', '2e0')
const equalities = fc.constantFrom('===', '!==', '==', '!=')
const orders = fc.constantFrom('<', '<=', '>', '>=')
const comparisons = fc.oneof(
  fc.tuple(fields, equalities, constants).map((parts) => parts.join(' ')),
  fc.tuple(constants, equalities, fields).map((parts) => parts.join('')),
  fc.tuple(fields, orders, numbers).map((parts) => parts.join(' ')),
  fc.tuple(numbers, orders, fields).map((parts) => parts.join(' ')),
)
const {expression} = fc.letrec<{expression: string}>((tie) => ({
  expression: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    comparisons,
    fc.tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression')).map((parts) => parts.join(' ')),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `!(${inner})`),
  ),
}))
const values = fc.oneof(
  fc.integer({min: -2, max: 2}),
  fc.constantFrom('x', 'y', '', '1', true, false, null, undefined, 1.5, Number.NaN, [], [1], {}),
)
const records = fc.record({a: values, b: values, 'c d': values}, {requiredKeys: []})
const forms = fc.constantFrom(
  (text: string) => `r => ${text}`,
  (text: string) => `(r) => ${text}`,
  (text: string) => `(r) => {\n  return ${text}\n}`,
  (text: string) => `r=>{return ${text};}`,
)

describe('a filter read from its text', () => {
  it('says what the function says', () => {
    let read = 0
    fc.assert(
      fc.property(expression, forms, fc.array(records, {minLength: 1, maxLength: 10}), (text, form, some) => {
        const filter = new Function(`'use strict'; return ${form(text)}`)() as (record: unknown) => unknown
        const predicate = predicateOf(filter)
        if (predicate === undefined) {
          expect((text.match(/r[.[]/g) ?? []).length).toBeGreaterThan(5)
          return
        }
        read += 1
        for (const record of some) expect(evaluatePredicate(predicate, record)).toBe(Boolean(filter(record)))
      }),
      propertyOptions(1000),
    )
    expect(read).toBeGreaterThan(0)
  })

  it('is no other function', () => {
    const others = [
      'r => r.a > limit',
      'r => r.a',
      'r => !r.a',
      'r => !r.a === true',
      'r => r.a.b === 1',
      'r => r.a === r.b',
      'r => r.a + 1 > 2',
      'r => r.a === "b\\n"',
      'r => r.a < "b"',
      'r => r.a === undefined',
      'r => r.__proto__ === null',
      'r => r["__proto__"] === null',
      'r => r.a() === 1',
      'r => r.a === 1 && console.log("seen")',
      'r => (r.a = 1) === 1',
      'r => r.a === `x`',
      'r => r?.a === 1',
      'r => (r.a === 1) === true',
      'r => !(r.a === 1) === true',
      'r => 1 < r.a < 3',
      'r => r.a === 1 ? true : r.b === 2',
      'r => r.a === 1n',
      'r => r.a === 0x10',
      '({a}) => a === 1',
      '(r, index) => r.a === 1 && index === 0',
      '(r = {}) => r.a === 1',
      'r => { const isIt = r.a === 1; return isIt }',
      'async r => r.a === 1',
      'function filter(r) { return r.a === 1 }',
      '(r => r.a === 1).bind(null)',
      '({filter: r => r.a === 1})',
      'r => r.a === 1 || r.a === 2 || r.a === 3 || r.a === 4 || r.a === 5 || r.a === 6',
      'Math.max',
      'undefined',
    ]
    for (const text of others) {
      const other = new Function('limit', `return ${text}`)(5)
      expect([text, predicateOf(other)]).toEqual([text, undefined])
    }
    const read = new Function('return r => r.a === 1')()
    expect(predicateOf(read)).toEqual({terms: [{field: 'a', comparison: 'is', constant: 1}], accepted: 0b10})
  })
})
