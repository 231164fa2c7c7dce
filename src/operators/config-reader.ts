import {FtsError} from '../core/index.js'

/**
 * Reads the plain-data config of an operator, key by key. A wrong value is a `user` error that names the operator, the key,
 * what it is and what it may be.
 */
export class ConfigReader {
  private readonly values: Readonly<Record<string, unknown>>

  constructor(
    private readonly operator: string,
    config: unknown,
  ) {
    this.values = typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : {}
  }

  oneOf<Value extends string>(key: string, allowed: readonly Value[], fallback: Value): Value {
    const value = this.values[key] ?? fallback
    if (allowed.includes(value as Value)) return value as Value
    throw this.wrong(key, `one of ${allowed.join(', ')}`)
  }

  /** A whole number of at least `min`; undefined where the key is absent. */
  optionalInteger(key: string, min: number): number | undefined {
    const value = this.values[key] ?? undefined
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value
    throw this.wrong(key, `a whole number of at least ${min}`)
  }

  /** A number in (0, 1]. */
  share(key: string, fallback: number): number {
    const value = this.values[key] ?? fallback
    if (typeof value === 'number' && value > 0 && value <= 1) return value
    throw this.wrong(key, 'a number above 0 and at most 1')
  }

  string(key: string): string {
    const value = this.optionalString(key)
    if (value !== undefined && value !== '') return value
    throw this.wrong(key, 'a text that is not empty')
  }

  optionalString(key: string): string | undefined {
    const value = this.values[key] ?? undefined
    if (value === undefined || typeof value === 'string') return value
    throw this.wrong(key, 'a text')
  }

  /** False where the key is absent. */
  flag(key: string): boolean {
    const value = this.values[key] ?? false
    if (typeof value === 'boolean') return value
    throw this.wrong(key, 'true or false')
  }

  /** The reader of a nested object. */
  nested(key: string): ConfigReader {
    const value = this.values[key]
    if (typeof value === 'object' && value !== null) return new ConfigReader(`${this.operator}.${key}`, value)
    throw this.wrong(key, 'an object')
  }

  private wrong(key: string, expected: string): FtsError {
    const actual = JSON.stringify(this.values[key]) ?? 'missing'
    return new FtsError(
      'user',
      'FTS_OPERATOR_CONFIG',
      `operator ${this.operator}: "${key}" is ${actual}, expected ${expected}`,
      {operator: this.operator, key},
    )
  }
}
