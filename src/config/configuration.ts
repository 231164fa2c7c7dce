import {FtsError} from '../core/index.js'
import {nearestKey} from './nearest-key.js'
import type {ConfigOption} from './option.js'
import {formatOptionValue, parseOptionText} from './option-text.js'
import {OPTIONS} from './options.js'

type AnyOption = ConfigOption<number | string | boolean>

/**
 * The settings of a cluster or a job: the defaults of the one table of options, under what was set by name.
 *
 * Immutable. Values are checked when they come in, so that `get` never fails.
 *
 * Units    memory in bytes, durations in milliseconds, whatever the text said (`64m`, `10 s`).
 * Errors   `user` `FTS_UNKNOWN_OPTION` (with the nearest key) and `FTS_BAD_OPTION_VALUE`.
 */
export class Configuration {
  private constructor(private readonly values: ReadonlyMap<string, number | string | boolean>) {}

  static readonly defaults = new Configuration(new Map())

  /** Reads what `-D key=value` or a JobGraph's `config` said; later processes get it back through `toEntries`. */
  static fromEntries(entries: Readonly<Record<string, string>>): Configuration {
    const values = new Map<string, number | string | boolean>()
    for (const [key, text] of Object.entries(entries)) {
      const option = optionOf(key)
      values.set(option.key, parseOptionText(option, text))
    }
    return new Configuration(values)
  }

  get<Value extends number | string | boolean>(option: ConfigOption<Value>): Value {
    return (this.values.get(option.key) as Value | undefined) ?? option.default
  }

  isSet(option: {readonly key: string}): boolean {
    return this.values.has(option.key)
  }

  /** A copy with one more value, checked like text from outside. */
  with<Value extends number | string | boolean>(option: ConfigOption<Value>, value: Value): Configuration {
    const text = formatOptionValue(option, value)
    return new Configuration(new Map([...this.values, [option.key, parseOptionText(option, text)]]))
  }

  /** What was set, as text that `fromEntries` reads back to the same values. */
  toEntries(): Record<string, string> {
    const entries: Record<string, string> = {}
    for (const [key, value] of this.values) entries[key] = formatOptionValue(optionOf(key), value)
    return entries
  }
}

const OPTIONS_BY_KEY: ReadonlyMap<string, AnyOption> = new Map(
  Object.values(OPTIONS).map((option) => [option.key, option as AnyOption]),
)

/** Keys by which older Flinks knew an option. */
const FORMER_KEYS: Readonly<Record<string, string>> = {'high-availability': OPTIONS.highAvailability.key}

function optionOf(key: string): AnyOption {
  const option = OPTIONS_BY_KEY.get(FORMER_KEYS[key] ?? key)
  if (option !== undefined) return option
  const nearest = nearestKey(key, [...OPTIONS_BY_KEY.keys()])
  throw new FtsError(
    'user',
    'FTS_UNKNOWN_OPTION',
    `there is no option "${key}"`,
    {key},
    {tryThis: nearest === undefined ? 'docs/configuration.md lists all options' : `Did you mean "${nearest}"?`},
  )
}
