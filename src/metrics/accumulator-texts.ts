import type {AccumulatorSnapshot, AccumulatorSnapshots} from '../core/index.js'
import {formatInteger} from './format.js'

/** The results of accumulators in words, for whoever ran the job. */
export function accumulatorTexts(accumulators: AccumulatorSnapshots): Record<string, string> {
  return Object.fromEntries(Object.entries(accumulators).map(([name, snapshot]) => [name, textOf(snapshot)]))
}

/** Of a histogram, that many numbers are shown. */
const COUNTS_SHOWN_MAX = 8

function textOf(snapshot: AccumulatorSnapshot): string {
  switch (snapshot.kind) {
    case 'average':
      return numberText(snapshot.count === 0 ? 0 : Number(snapshot.sum) / snapshot.count)
    case 'histogram':
      return histogramText(snapshot.counts)
    case 'list':
      return snapshot.elements.length === 1 ? '1 value' : `${formatInteger(snapshot.elements.length)} values`
    case 'conflict':
      return `no result, since it is ${snapshot.types.join(' in one operator and ')} in another`
    default:
      return numberText(Number(snapshot.value))
  }
}

function histogramText(counts: readonly (readonly [value: number, count: number])[]): string {
  const shown = counts.slice(0, COUNTS_SHOWN_MAX).map(([value, count]) => `${value}: ${formatInteger(count)}`)
  const more = counts.length - shown.length
  return `{${[...shown, ...(more > 0 ? [`and ${formatInteger(more)} more`] : [])].join(', ')}}`
}

function numberText(value: number): string {
  return Number.isSafeInteger(value) ? formatInteger(value) : String(value)
}
