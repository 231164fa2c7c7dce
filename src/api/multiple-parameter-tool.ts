import {FtsError} from '../core/index.js'
import {AbstractParameterTool} from './abstract-parameter-tool.js'
import {NO_PARAMETER_VALUE, parseParameters} from './parse-parameters.js'

/**
 * The parameters of a job where a key may be given several times, as Flink's MultipleParameterTool reads them:
 *
 *   const params = MultipleParameterTool.fromArgs(process.argv.slice(2))     // fts run job.ts -- --input a.csv --input b.csv
 *   env.readCsv([...params.getMultiParameterRequired('input')]).print()
 */
export class MultipleParameterTool extends AbstractParameterTool {
  private constructor(private readonly data: ReadonlyMap<string, readonly string[]>) {
    super()
  }

  /** As `ParameterTool.fromArgs`, and all values of a key are kept. Errors: `user` FTS_BAD_PARAMETER. */
  static fromArgs(args: readonly string[]): MultipleParameterTool {
    return new MultipleParameterTool(gathered(parseParameters(args)))
  }

  static fromMultiMap(
    parameters: Readonly<Record<string, readonly string[]>> | ReadonlyMap<string, readonly string[]>,
  ): MultipleParameterTool {
    const entries = parameters instanceof Map ? [...parameters] : Object.entries(parameters)
    return new MultipleParameterTool(new Map(entries.map(([key, values]) => [key, [...values]])))
  }

  /** All values of both; where both have a key, the other's come behind. */
  mergeWith(other: MultipleParameterTool): MultipleParameterTool {
    const all = [...this.data, ...other.data]
    return new MultipleParameterTool(
      gathered(all.flatMap(([key, values]) => values.map((value): Entry => [key, value]))),
    )
  }

  /** Undefined for a key that is not given. */
  getMultiParameter(key: string): readonly string[] | undefined {
    this.asked.add(key)
    return this.data.get(key)
  }

  /** Errors: `user` FTS_MISSING_PARAMETER. */
  getMultiParameterRequired(key: string): readonly string[] {
    return this.getMultiParameter(key) ?? [this.getRequired(key)]
  }

  /** The last value of each key. */
  toMap(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.data].map(([key, values]) => [key, values.at(-1) ?? NO_PARAMETER_VALUE]))
  }

  toMultiMap(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(this.data)
  }

  protected keys(): readonly string[] {
    return [...this.data.keys()]
  }

  /** Errors: `user` FTS_BAD_PARAMETER for a key with several values, of which none is the one. */
  protected valueOf(key: string): string | undefined {
    const values = this.data.get(key)
    if (values === undefined || values.length === 1) return values?.[0]
    throw new FtsError(
      'user',
      'FTS_BAD_PARAMETER',
      `the parameter "${key}" has ${values.length} values, expected one`,
      {key, count: values.length},
      {tryThis: `Give it once, or ask with getMultiParameter("${key}").`},
    )
  }
}

type Entry = readonly [key: string, value: string]

function gathered(entries: readonly Entry[]): Map<string, string[]> {
  const data = new Map<string, string[]>()
  for (const [key, value] of entries) {
    const values = data.get(key)
    if (values === undefined) data.set(key, [value])
    else values.push(value)
  }
  return data
}
