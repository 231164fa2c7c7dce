import {readFileSync} from 'node:fs'
import {FtsError} from '../core/index.js'

/** The value of a parameter that is only named, as Flink has it. */
const NO_VALUE = '__NO_VALUE_KEY'

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/**
 * The parameters of a job, as Flink's ParameterTool reads them:
 *
 *   const params = ParameterTool.fromArgs(process.argv.slice(2))     // fts run job.ts -- --input orders.csv --limit 100
 *   env.readCsv(params.getRequired('input')).head(params.getInt('limit', 10)).print()
 */
export class ParameterTool {
  private readonly asked = new Set<string>()

  private constructor(private readonly data: ReadonlyMap<string, string>) {}

  /**
   * `--key value` and `-key value`; a key without a value stands for itself (`has`); a number, also a negative one, is a value. Of several the last counts.
   * Errors: `user` FTS_BAD_PARAMETER for a value where a key is expected.
   */
  static fromArgs(args: readonly string[]): ParameterTool {
    const data = new Map<string, string>()
    for (let i = 0; i < args.length; i++) {
      const key = keyOf(args[i], args)
      const next = args[i + 1]
      if (next === undefined || isKey(next)) data.set(key, NO_VALUE)
      else data.set(key, args[++i])
    }
    return new ParameterTool(data)
  }

  static fromMap(parameters: Readonly<Record<string, string>> | ReadonlyMap<string, string>): ParameterTool {
    return new ParameterTool(new Map(parameters instanceof Map ? parameters : Object.entries(parameters)))
  }

  /** Lines `key=value` or `key: value`; lines that begin with `#` or `!` are left out. Errors: `user` FTS_CANNOT_READ. */
  static fromPropertiesFile(path: string): ParameterTool {
    return new ParameterTool(new Map(textOf(path).split(/\r?\n/).flatMap(propertyOf)))
  }

  /** The environment's variables. */
  static fromSystemProperties(): ParameterTool {
    const set = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return new ParameterTool(new Map(set))
  }

  /** Both; where both have a key, the other's value counts. */
  mergeWith(other: ParameterTool): ParameterTool {
    return new ParameterTool(new Map([...this.data, ...other.data]))
  }

  has(key: string): boolean {
    this.asked.add(key)
    return this.data.has(key)
  }

  get(key: string): string | undefined
  get(key: string, defaultValue: string): string
  get(key: string, defaultValue?: string): string | undefined {
    this.asked.add(key)
    return this.data.get(key) ?? defaultValue
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
    return [...this.data.keys()].filter((key) => !this.asked.has(key))
  }

  getNumberOfParameters(): number {
    return this.data.size
  }

  toMap(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.data)
  }

  private number(key: string, defaultValue: number | undefined, isWhole: boolean): number {
    if (defaultValue !== undefined && !this.has(key)) return defaultValue
    const text = this.getRequired(key)
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (isWhole ? Number.isSafeInteger(value) : !Number.isNaN(value)) return value
    throw badParameter(`the parameter "${key}" is "${text}", expected a ${isWhole ? 'whole number' : 'number'}`, key)
  }
}

function keyOf(argument: string, args: readonly string[]): string {
  const key = isKey(argument) ? argument.replace(/^--?/, '') : ''
  if (key !== '') return key
  const tryThis = 'Put quotes around values with blanks, and -- between the command line’s own options and the job’s.'
  const message = `"${argument}" stands where a key (--key or -key) is expected, in the arguments: ${args.join(' ')}`
  throw new FtsError('user', 'FTS_BAD_PARAMETER', message, {argument}, {tryThis})
}

/** Negative numbers are values. */
function isKey(argument: string): boolean {
  return argument.startsWith('-') && !/^-(?:Infinity|\d*\.?\d+(?:[eE][-+]?\d+)?)$/.test(argument)
}

function propertyOf(line: string): [string, string][] {
  const text = line.trim()
  if (text === '' || text.startsWith('#') || text.startsWith('!')) return []
  const [, key, value = ''] = /^([^=:\s]+)\s*[=:\s]\s*(.*)$/.exec(text) ?? [undefined, text]
  return [[key, value]]
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const message = `cannot read the parameters in ${path}: ${(error as Error).message}`
    throw new FtsError('user', 'FTS_CANNOT_READ', message, {path}, {cause: error})
  }
}

function badParameter(message: string, key: string): FtsError {
  return new FtsError('user', 'FTS_BAD_PARAMETER', message, {key})
}
