import type {RatesView, TaskCounter} from '../metrics/index.js'
import type {Execution} from './execution.js'

const NO_RATES: RatesView = {
  recordsInPerSecond: 0,
  recordsOutPerSecond: 0,
  bytesInPerSecond: 0,
  bytesOutPerSecond: 0,
  busyShare: 0,
  idleShare: 0,
  backPressuredShare: 0,
}

/**
 * A subtask's rates. What a source reads and a sink writes outside counts like what comes in and goes out. Shares are of the
 * time that the task has booked meanwhile, which is not quite the time between two heartbeats; they sum up to 1.
 */
export function ratesOf(execution: Execution): RatesView {
  const interval = execution.interval
  if (interval === undefined || interval.to.atMs <= interval.from.atMs) return NO_RATES
  const {from, to} = interval
  const ms = to.atMs - from.atMs
  const delta = (counter: TaskCounter) => Math.max(0, to.metrics[counter] - from.metrics[counter])
  const perSecond = (inside: TaskCounter, outside: TaskCounter) => ((delta(inside) + delta(outside)) * 1000) / ms
  const bookedMs = delta('busyMs') + delta('idleMs') + delta('backPressuredMs')
  const share = (counter: TaskCounter) => (bookedMs === 0 ? 0 : delta(counter) / bookedMs)
  return {
    recordsInPerSecond: perSecond('recordsIn', 'sourceRecords'),
    recordsOutPerSecond: perSecond('recordsOut', 'sinkRecords'),
    bytesInPerSecond: perSecond('bytesIn', 'sourceBytes'),
    bytesOutPerSecond: perSecond('bytesOut', 'sinkBytes'),
    busyShare: share('busyMs'),
    idleShare: share('idleMs'),
    backPressuredShare: share('backPressuredMs'),
  }
}

/** A vertex's rates: the sum over its subtasks, and the mean of the shares. */
export function vertexRates(subtasks: readonly RatesView[]): RatesView {
  const sum = {...NO_RATES} as Record<keyof RatesView, number>
  for (const rates of subtasks) for (const name of RATE_NAMES) sum[name] += rates[name]
  for (const name of SHARE_NAMES) sum[name] /= Math.max(1, subtasks.length)
  return sum
}

const RATE_NAMES = Object.keys(NO_RATES) as (keyof RatesView)[]
const SHARE_NAMES = ['busyShare', 'idleShare', 'backPressuredShare'] as const
