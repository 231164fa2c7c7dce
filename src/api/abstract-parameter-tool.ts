import {FtsError} from '../core/index.js'

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** What the parameters of a job are asked for, whether or not a key may have several values: Flink's AbstractParameterTool. */
export abstract class AbstractParameterTool {
  protected readonly asked = new Set<string>()

  protected abstract keys(): readonly string[]

  /** Undefined for a key that is not given. */
  protected abstract valueOf(key: string): string | undefined

  abstract toMap(): Readonly<Record<string, string>>

  has(key: string): boolean {
    this.asked.add(key)
    return this.keys().includes(key)
  }

  get(key: string): string | undefined
  get(key: string, defaultValue: string): string
  get(key: string, defaultValue?: string): string | undefined {
    this.asked.add(key)
    return this.valueOf(key) ?? defaultValue
  }

  /** Errors: `user` FTS_MISSING_PARAMETER; so the numbers and booleans without a default. */
  getRequired(key: string): string {
    const value = this.get(key)
    if (value !== undefined) return value
    throw new FtsError(
      'user',
      'FTS_MISSING_PARAMETER',
      `the parameter "${key}" is not given`,
      {key},
      {tryThis: `With the command line: fts run JOB.ts -- --${key} VALUE`},
    )
  }

  /** A whole number. Errors: `user` FTS_BAD_PARAMETER; so the next ones. */
  getInt(key: string, defaultValue?: number): number {
    return this.number(key, defaultValue, true)
  }

  getLong(key: string, defaultValue?: number): number {
    return this.number(key, defaultValue, true)
  }

  getDouble(key: string, defaultValue?: number): number {
    return this.number(key, defaultValue, false)
  }

  getFloat(key: string, defaultValue?: number): number {
    return this.number(key, defaultValue, false)
  }

  getBoolean(key: string, defaultValue?: boolean): boolean {
    if (defaultValue !== undefined && !this.has(key)) return defaultValue
    const text = this.getRequired(key)
    const value = BOOLEANS.get(text.toLowerCase())
    if (value !== undefined) return value
    throw badParameter(`the parameter "${key}" is "${text}", expected true or false`, key)
  }

  /** Keys that were given and nobody has asked for: mistyped ones, perhaps. */
  getUnrequestedParameters(): readonly string[] {
    return this.keys().filter((key) => !this.asked.has(key))
  }

  getNumberOfParameters(): number {
    return this.keys().length
  }

  private number(key: string, defaultValue: number | undefined, isWhole: boolean): number {
    if (defaultValue !== undefined && !this.has(key)) return defaultValue
    const text = this.getRequired(key)
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (isWhole ? Number.isSafeInteger(value) : !Number.isNaN(value)) return value
    throw badParameter(`the parameter "${key}" is "${text}", expected a ${isWhole ? 'whole number' : 'number'}`, key)
  }
}

function badParameter(message: string, key: string): FtsError {
  return new FtsError('user', 'FTS_BAD_PARAMETER', message, {key})
}
