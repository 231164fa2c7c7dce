import type {FieldType, RecordSchema} from '../schema/record-schema.js'

const SAMPLE_ROWS_MAX = 20_480

/** What the lines of a sample have in common: every field of any record, in order of appearance. Lines that are no objects are passed over. */
export function inferJson(sample: string, isWhole: boolean): RecordSchema {
  const lines = sample.split('\n', SAMPLE_ROWS_MAX)
  if (!isWhole && lines.length < SAMPLE_ROWS_MAX) lines.pop()
  const records = lines.flatMap((line) => recordOf(line) ?? [])
  const guesses = new Map<string, Guess>()
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) {
      const guess = guesses.get(name) ?? {type: undefined, count: 0}
      guesses.set(name, merge(guess, value))
    }
  }
  return [...guesses].map(([name, {type, count}]) => ({name, type: type ?? 'json', nullable: count < records.length}))
}

interface Guess {
  readonly type: FieldType | undefined
  /** Records that have a value here. */
  readonly count: number
}

function merge({type, count}: Guess, value: unknown): Guess {
  if (value === null) return {type, count}
  const found = typeOf(value)
  const isNumeric = (found === 'number' || found === 'integer') && (type === 'number' || type === 'integer')
  const merged = type === undefined || type === found ? found : isNumeric ? 'number' : 'json'
  return {type: merged, count: count + 1}
}

function typeOf(value: unknown): FieldType {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number'
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean'
  return 'json'
}

function recordOf(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
