// Goal: settings survive the way to another process.
// Method: random values of every option through toEntries and fromEntries.
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {type ConfigOption, Configuration, OPTIONS} from '../../src/config/index.js'

const seed = process.env.FTS_TEST_SEED === undefined ? {} : {seed: Number(process.env.FTS_TEST_SEED)}

type OptionValue = number | string | boolean

function anyValueOf(
  option: ConfigOption<number> | ConfigOption<string> | ConfigOption<boolean>,
): fc.Arbitrary<OptionValue> {
  if (option.type === 'bool') return fc.boolean()
  if (option.oneOf !== undefined) return fc.constantFrom(...option.oneOf)
  if (option.type === 'string') return fc.string().map((text) => text.trim())
  const min = option.min ?? 0
  const max = option.max ?? 2 ** 48
  return option.type === 'float' ? fc.double({min, max, noNaN: true}).map((x) => x + 0) : fc.integer({min, max})
}

it.each(Object.values(OPTIONS).map((option) => [option.key, option] as const))('%s', (key, option) => {
  const property = fc.property(anyValueOf(option), (value) => {
    const config = Configuration.defaults.with(option as ConfigOption<OptionValue>, value)
    expect(Configuration.fromEntries(config.toEntries()).get<OptionValue>(option as ConfigOption<OptionValue>)).toBe(
      value === 0 ? 0 : value,
    )
    expect(Object.keys(config.toEntries())).toEqual([key])
  })
  fc.assert(property, {numRuns: 30, ...seed})
})
