import type {AccumulatorSnapshot, AccumulatorSnapshots} from './accumulator-snapshot.js'

/** Puts together what several subtasks have added, name by name. */
export function mergeAccumulators(parts: readonly AccumulatorSnapshots[]): AccumulatorSnapshots {
  const merged = new Map<string, AccumulatorSnapshot>()
  for (const part of parts)
    for (const [name, snapshot] of Object.entries(part)) {
      const before = merged.get(name)
      merged.set(name, before === undefined ? snapshot : mergeTwo(before, snapshot))
    }
  return Object.fromEntries(merged)
}

function mergeTwo(a: AccumulatorSnapshot, b: AccumulatorSnapshot): AccumulatorSnapshot {
  if (a.kind === 'conflict' || a.type !== b.type) return conflictOf(a, b)
  if (a.kind === 'sum' && b.kind === 'sum') return {...a, value: String(Number(a.value) + Number(b.value))}
  if (a.kind === 'minimum' && b.kind === 'minimum') return {...a, value: String(Math.min(+a.value, +b.value))}
  if (a.kind === 'maximum' && b.kind === 'maximum') return {...a, value: String(Math.max(+a.value, +b.value))}
  if (a.kind === 'average' && b.kind === 'average')
    return {...a, sum: String(Number(a.sum) + Number(b.sum)), count: a.count + b.count}
  if (a.kind === 'histogram' && b.kind === 'histogram') return {...a, counts: addedCounts(a.counts, b.counts)}
  if (a.kind === 'list' && b.kind === 'list') return {...a, elements: [...a.elements, ...b.elements]}
  return conflictOf(a, b)
}

type Counts = readonly (readonly [value: number, count: number])[]

function addedCounts(a: Counts, b: Counts): Counts {
  const counts = new Map(a)
  for (const [value, count] of b) counts.set(value, (counts.get(value) ?? 0) + count)
  return [...counts].sort(([one], [other]) => one - other)
}

function conflictOf(a: AccumulatorSnapshot, b: AccumulatorSnapshot): AccumulatorSnapshot {
  const types = [a, b].flatMap((one) => (one.kind === 'conflict' ? one.types : [one.type]))
  return {type: 'conflict', kind: 'conflict', types: [...new Set(types)].sort()}
}
