import {FtsError, parseDuration} from '../core/index.js'
import type {ConfigOption} from './option.js'

type Value = number | string | boolean
type Option = ConfigOption<Value>

/** Flink's spellings. Source: Flink 2.3 MemorySize.MemoryUnit. */
const MEMORY_UNITS: Readonly<Record<string, number>> = units([
  [1, ['', 'b', 'bytes']],
  [1024, ['k', 'kb', 'kibibytes']],
  [1024 ** 2, ['m', 'mb', 'mebibytes']],
  [1024 ** 3, ['g', 'gb', 'gibibytes']],
  [1024 ** 4, ['t', 'tb', 'tebibytes']],
])

/** Reads one option's text. Errors: `user` `FTS_BAD_OPTION_VALUE`, with what was expected and an example. */
export function parseOptionText(option: Option, text: string): Value {
  const value = READERS[option.type](text.trim())
  if (value === undefined) throw badValue(option, text, `is not ${EXPECTED[option.type]}`)
  checkRange(option, text, value)
  return value
}

/** The value as text that `parseOptionText` reads back, in the largest unit that leaves no fraction. */
export function formatOptionValue(option: Option, value: Value): string {
  if (option.type === 'memory') return withUnit(value as number, MEMORY_STEPS)
  if (option.type === 'duration') return withUnit(value as number, DURATION_STEPS)
  return String(value)
}

const READERS: Readonly<Record<Option['type'], (text: string) => Value | undefined>> = {
  int: (text) => (/^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined),
  float: (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined),
  bool: (text) => BOOLEANS[text.toLowerCase()],
  string: (text) => text,
  memory: (text) => quantity(text, MEMORY_UNITS),
  duration: parseDuration,
}

const EXPECTED: Readonly<Record<Option['type'], string>> = {
  int: 'a whole number such as 4',
  float: 'a number such as 0.4',
  bool: 'true or false',
  string: 'a text',
  memory: 'an amount of memory such as 64m, 1 gb or 32768',
  duration: 'a duration such as 10 s, 500ms or 1 min',
}

const BOOLEANS: Readonly<Record<string, boolean>> = {true: true, false: false}

const MEMORY_STEPS = [
  [1024 ** 3, 'g'],
  [1024 ** 2, 'm'],
  [1024, 'k'],
  [1, 'b'],
] as const

const DURATION_STEPS = [
  [60_000, ' min'],
  [1000, ' s'],
  [1, ' ms'],
] as const

function quantity(text: string, factors: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,15})\s*([a-z]*)$/i.exec(text)
  if (match === null) return undefined
  const factor = factors[match[2].toLowerCase()]
  if (factor === undefined) return undefined
  const value = Number(match[1]) * factor
  return Number.isSafeInteger(value) ? value : undefined
}

function checkRange(option: Option, text: string, value: Value): void {
  if (option.oneOf !== undefined && !option.oneOf.includes(String(value)))
    throw badValue(option, text, `is not one of ${option.oneOf.join(', ')}`)
  if (typeof value !== 'number') return
  if (option.min !== undefined && value < option.min)
    throw badValue(option, text, `is less than ${formatOptionValue(option, option.min)}`)
  if (option.max !== undefined && value > option.max)
    throw badValue(option, text, `is more than ${formatOptionValue(option, option.max)}`)
}

function badValue(option: Option, text: string, why: string): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_OPTION_VALUE',
    `option ${option.key}: "${text}" ${why}`,
    {key: option.key, value: text},
    {tryThis: `${option.description} (default: ${formatOptionValue(option, option.default)})`},
  )
}

function withUnit(value: number, steps: readonly (readonly [number, string])[]): string {
  if (value === 0) return '0'
  const step = steps.find(([factor]) => value % factor === 0) ?? steps[steps.length - 1]
  return `${value / step[0]}${step[1]}`
}

function units(table: readonly (readonly [number, readonly string[]])[]): Record<string, number> {
  const factors: Record<string, number> = Object.create(null)
  for (const [factor, names] of table) for (const name of names) factors[name] = factor
  return factors
}
