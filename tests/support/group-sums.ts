import type {PartialRecord} from '../../src/operators/index.js'

/** Records, then count, sum, least and most of each of two fields. */
export type GroupSums = readonly number[]

type Fields = Readonly<Record<string, unknown>>

/** Groups records by `key` and adds up two fields. Numbers are of a kind whose sums are exact in any order. */
export function addUp(records: readonly unknown[], fields: readonly [string, string]): Map<unknown, GroupSums> {
  const sums = new Map<unknown, number[]>()
  for (const record of records as readonly Fields[]) {
    const own = sums.get(record.key) ?? [0, 0, 0, Infinity, -Infinity, 0, 0, Infinity, -Infinity]
    sums.set(record.key, own)
    own[0] += 1
    for (const [index, field] of fields.entries()) addValue(own, 1 + 4 * index, record[field] as number | null)
  }
  return sums
}

/** The same of partial records, whose parts of a key are put together; `names`: their fields in the order of GroupSums. */
export function putTogether(partials: readonly PartialRecord[], names: readonly string[]): Map<unknown, GroupSums> {
  const sums = new Map<unknown, number[]>()
  for (const partial of partials) {
    const values = names.map((name) => partial[name] as number)
    const own = sums.get(partial.key)
    if (own === undefined) sums.set(partial.key, values)
    else for (const [at, value] of values.entries()) own[at] = together(at, own[at], value)
  }
  return sums
}

function addValue(own: number[], at: number, value: number | null): void {
  if (value === null) return
  own[at] += 1
  own[at + 1] += value
  own[at + 2] = Math.min(own[at + 2], value)
  own[at + 3] = Math.max(own[at + 3], value)
}

function together(at: number, a: number, b: number): number {
  if (at === 3 || at === 7) return Math.min(a, b)
  return at === 4 || at === 8 ? Math.max(a, b) : a + b
}
