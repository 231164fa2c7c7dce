import {formatByteRate, formatBytes, formatDuration, formatRecordRate, formatRecords, formatShare} from './format.js'
import type {JobView} from './job-view.js'

/** How far a job with bounded input is. */
export interface Progress {
  /** In [0, 1]. */
  readonly share: number
  readonly doneBytes: number
  readonly totalBytes: number
  /** Mean since the start. */
  readonly bytesPerSecond: number
  /** Absent while nothing is done yet. */
  readonly remainingMs?: number
}

/** Undefined for unbounded input. */
export function progressOf(view: JobView): Progress | undefined {
  if (view.progress === undefined) return undefined
  const {doneBytes, totalBytes} = view.progress
  const share = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes)
  const bytesPerSecond = view.durationMs > 0 ? (doneBytes * 1000) / view.durationMs : 0
  const known = {share, doneBytes, totalBytes, bytesPerSecond}
  return share > 0 ? {...known, remainingMs: (view.durationMs * (1 - share)) / share} : known
}

/** One line that says how far a job is: its status and `progressWords`. */
export function progressLine(view: JobView): string {
  return `${view.status} · ${progressWords(view)}`
}

/**
 * `45 % · 452 MiB of 1.00 GiB · 78.5 MiB/s · 7.12 s left`, or for unbounded input
 * `12.0 s · 1,234 records in · 103 records/s`.
 */
export function progressWords(view: JobView): string {
  const progress = progressOf(view)
  return (progress === undefined ? unboundedParts(view) : boundedParts(progress)).join(' · ')
}

function boundedParts({share, doneBytes, totalBytes, bytesPerSecond, remainingMs}: Progress): string[] {
  const parts = [
    formatShare(share),
    `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    formatByteRate(bytesPerSecond),
  ]
  return remainingMs === undefined ? parts : [...parts, `${formatDuration(remainingMs)} left`]
}

function unboundedParts(view: JobView): string[] {
  const records = view.vertices.reduce((sum, vertex) => sum + vertex.totals.sourceRecords, 0)
  const sources = view.vertices.filter((vertex) => view.edges.every((edge) => edge.target !== vertex.vertexId))
  const perSecond = sources.reduce((sum, vertex) => sum + vertex.rates.recordsInPerSecond, 0)
  return [formatDuration(view.durationMs), `${formatRecords(records)} in`, formatRecordRate(perSecond)]
}
