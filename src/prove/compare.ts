import type {Guarantee, Outcome, SinkOutcome} from './outcome.js'

/** How the records of a sink are compared with those of an undisturbed run. */
export type ComparedHow = 'in order' | 'without order'

/** In which way one sink's records are others than those of an undisturbed run; records at most SHOWN_MAX of each. */
export interface SinkDifference {
  readonly sink: string
  readonly guarantee: Guarantee
  readonly missing: Sample
  /** There, but more often than in an undisturbed run. */
  readonly doubled: Sample
  /** Never there in an undisturbed run. */
  readonly unexpected: Sample
  /** The same records in another order. */
  readonly isReordered: boolean
}

export interface Sample {
  readonly count: number
  readonly records: readonly string[]
}

const SHOWN_MAX = 5
/** Which subtask printed a record depends on who was given which part of the input. */
const SUBTASK_PREFIX = /^([^\s>]*:)?\d+> /

/** Compares sink by sink. Empty: the same. */
export function compareOutcomes(expected: Outcome, actual: Outcome, how: ComparedHow): readonly SinkDifference[] {
  const keys = new Set([...expected.keys(), ...actual.keys()])
  return [...keys].flatMap((key) => {
    const difference = compareSink(expected.get(key), actual.get(key), how)
    return difference === undefined ? [] : [difference]
  })
}

/** Whether the sink's promise allows it: at least once, nothing is missing and nothing wrong, but some is there twice. */
export function isAllowed({guarantee, missing, unexpected, isReordered}: SinkDifference): boolean {
  return guarantee === 'at least once' && missing.count === 0 && unexpected.count === 0 && !isReordered
}

function compareSink(
  expected: SinkOutcome | undefined,
  actual: SinkOutcome | undefined,
  how: ComparedHow,
): SinkDifference | undefined {
  const one = actual ?? expected
  if (one === undefined) return undefined
  const wanted = textsOf(expected)
  const got = textsOf(actual)
  const left = countsOf(wanted)
  const all = new Set(left.keys())
  const doubled: string[] = []
  const unexpected: string[] = []
  for (const text of got) {
    const count = left.get(text) ?? 0
    if (count > 0) left.set(text, count - 1)
    else (all.has(text) ? doubled : unexpected).push(text)
  }
  const missing = [...left].flatMap(([text, count]) => Array<string>(count).fill(text))
  const isSame = missing.length + doubled.length + unexpected.length === 0
  const isReordered = isSame && how === 'in order' && got.some((text, index) => text !== wanted[index])
  if (isSame && !isReordered) return undefined
  return {
    sink: one.name,
    guarantee: one.guarantee,
    missing: sampleOf(missing),
    doubled: sampleOf(doubled),
    unexpected: sampleOf(unexpected),
    isReordered,
  }
}

function textsOf(sink: SinkOutcome | undefined): readonly string[] {
  if (sink === undefined) return []
  if (sink.name !== 'stdout' && sink.name !== 'stderr') return sink.records
  return sink.records.map((text) => text.replace(SUBTASK_PREFIX, '$1'))
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

function sampleOf(records: readonly string[]): Sample {
  return {count: records.length, records: records.slice(0, SHOWN_MAX)}
}
