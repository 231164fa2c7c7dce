import {readFileSync} from 'node:fs'
import {FtsError} from '../core/index.js'
import {AbstractParameterTool} from './abstract-parameter-tool.js'
import {parseParameters} from './parse-parameters.js'

/**
 * The parameters of a job, as Flink's ParameterTool reads them:
 *
 *   const params = ParameterTool.fromArgs(process.argv.slice(2))     // fts run job.ts -- --input orders.csv --limit 100
 *   env.readCsv(params.getRequired('input')).head(params.getInt('limit', 10)).print()
 */
export class ParameterTool extends AbstractParameterTool {
  private constructor(private readonly data: ReadonlyMap<string, string>) {
    super()
  }

  /**
   * `--key value` and `-key value`; a key without a value stands for itself (`has`); a number, also a negative one, is a value. Of several the last counts.
   * Errors: `user` FTS_BAD_PARAMETER for a value where a key is expected.
   */
  static fromArgs(args: readonly string[]): ParameterTool {
    return new ParameterTool(new Map(parseParameters(args)))
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

  toMap(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.data)
  }

  protected keys(): readonly string[] {
    return [...this.data.keys()]
  }

  protected valueOf(key: string): string | undefined {
    return this.data.get(key)
  }
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
