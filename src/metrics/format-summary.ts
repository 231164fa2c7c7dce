import {
  formatByteRate,
  formatBytes,
  formatDuration,
  formatInteger,
  formatRecordRate,
  formatRecords,
  formatShare,
} from './format.js'
import type {JobSummary, TaskManagerSummary, VertexSummary} from './job-summary.js'
import type {EdgeLedger, VertexLedger} from './ledger.js'

/**
 * The summary for a person, without a final newline: what happened, then what it took, then what was reported and whatever
 * does not add up. With `verbose`, a part for each vertex, edge and TaskManager.
 */
export function formatSummary(summary: JobSummary, {verbose = false} = {}): string {
  const short = [headline(summary), usage(summary), ...notes(summary)]
  return (verbose ? [...short, ...details(summary)] : short).join('\n')
}

/** What a person must know even of a job that ended well: what was reported, and whatever does not add up. Empty for nothing. */
export function formatReports(summary: JobSummary): string {
  return notes(summary).join('\n')
}

function notes(summary: JobSummary): string[] {
  return [...restartLines(summary), ...accumulatorLines(summary), ...reportLines(summary), ...imbalanceLines(summary)]
}

function restartLines({restarts, failures}: JobSummary): string[] {
  if (restarts === undefined) return []
  const last = failures?.[0]
  const why = last === undefined ? '' : ` The last failure: ${last.message}`
  return [`Restarted ${restarts} time${restarts === 1 ? '' : 's'}.${why}`]
}

function headline(summary: JobSummary): string {
  const {recordsIn, bytesIn, recordsOut, bytesOut, recordsInPerSecond, bytesInPerSecond} = summary
  return [
    `${summary.status} ${summary.status === 'FINISHED' ? 'in' : 'after'} ${formatDuration(summary.wallMs)}`,
    `${amount(recordsIn, bytesIn)} in`,
    `${amount(recordsOut, bytesOut)} out`,
    formatRecordRate(recordsInPerSecond),
    formatByteRate(bytesInPerSecond),
  ].join(' · ')
}

function amount(records: number, bytes: number): string {
  return `${formatRecords(records)} (${formatBytes(bytes)})`
}

function usage(summary: JobSummary): string {
  const {slotsPercent, memoryPercent} = summary.resourceUtilization
  const {slots, perTask, total} = summary.parallelism
  const parts = [
    `parallelism ${total} (${slots} ${slots === 1 ? 'slot' : 'slots'} × ${perTask})`,
    share('shuffle efficiency', summary.shuffleEfficiency),
    share('resource utilisation: slots', slotsPercent === null ? null : slotsPercent / 100),
    share('memory', memoryPercent === null ? null : memoryPercent / 100),
  ]
  const spilled = summary.spilledBytes > 0 ? [`${formatBytes(summary.spilledBytes)} spilled`] : []
  const ledger = summary.status === 'FINISHED' && summary.ledger.balanced ? ['ledger balanced'] : []
  return [...parts.flat(), ...spilled, ...ledger].join(' · ')
}

function share(name: string, value: number | null): string[] {
  return value === null ? [] : [`${name} ${formatShare(value)}`]
}

function accumulatorLines({accumulators = {}}: JobSummary): string[] {
  return Object.entries(accumulators).map(([name, text]) => `${name}: ${text}`)
}

function reportLines({reports}: JobSummary): string[] {
  return Object.entries(reports)
    .filter(([, count]) => count > 0)
    .map(([key, count]) => REPORTS[key]?.(count) ?? `${key}: ${formatInteger(count)}`)
}

/** Reports that have a sentence. */
const REPORTS: Readonly<Record<string, (count: number) => string>> = {invalidUtf8, missingInputBytes}

function missingInputBytes(count: number): string {
  const bytes = count === 1 ? '1 byte of the input was' : `${formatInteger(count)} bytes of the input were`
  return `${bytes} not there any more: a file became shorter while it was read.`
}

function invalidUtf8(count: number): string {
  const sequences = count === 1 ? '1 sequence of bytes was' : `${formatInteger(count)} sequences of bytes were`
  return `${sequences} not valid UTF-8 and became U+FFFD.`
}

/** Only of a finished job: one that was stopped has records on their way. */
function imbalanceLines({status, ledger}: JobSummary): string[] {
  if (status !== 'FINISHED' || ledger.balanced) return []
  return [
    'The ledger does not balance: records were lost or doubled, please report this.',
    ...ledger.vertices.filter(isOff).map(vertexLedgerLine),
    ...ledger.edges.filter(isOff).map(edgeLedgerLine),
  ]
}

function isOff({difference}: {readonly difference: number | null}): boolean {
  return difference !== null && difference !== 0
}

function vertexLedgerLine(ledger: VertexLedger): string {
  const {recordsIn, recordsExpanded, recordsOut, recordsCombined, recordsFiltered, recordsBad} = ledger
  const left = [`${formatInteger(recordsIn)} in`, ...named(recordsExpanded, 'expanded')]
  const right = [
    `${formatInteger(recordsOut)} out`,
    ...named(recordsCombined, 'combined'),
    ...named(recordsFiltered, 'filtered'),
    ...named(recordsBad, 'bad'),
  ]
  return `  ${ledger.name}: ${left.join(' + ')} ${sign(ledger.difference)} ${right.join(' + ')}`
}

function edgeLedgerLine({
  sources,
  targets,
  shipStrategies,
  recordsSent,
  recordsReceived,
  difference,
}: EdgeLedger): string {
  const edge = `${sources.join(', ')} ─${shipStrategies.join(', ')}→ ${targets.join(', ')}`
  return `  ${edge}: ${formatInteger(recordsSent)} sent ${sign(difference)} ${formatInteger(recordsReceived)} received`
}

function named(count: number, name: string): string[] {
  return count === 0 ? [] : [`${formatInteger(count)} ${name}`]
}

function sign(difference: number | null): string {
  if (difference === null) return '(several outputs, not compared)'
  return difference === 0 ? '=' : '≠'
}

function details(summary: JobSummary): string[] {
  const {ledger} = summary
  return [
    `Job ${summary.name} (${summary.jobId}), ${summary.mode}: ${summary.bottleneck}.`,
    'Vertices:',
    ...summary.vertices.flatMap(vertexLines),
    'Ledger:',
    ...ledger.vertices.map(vertexLedgerLine),
    ...ledger.edges.map(edgeLedgerLine),
    'TaskManagers:',
    ...summary.taskManagers.flatMap(taskManagerLines),
  ]
}

function vertexLines(vertex: VertexSummary): string[] {
  const {busyMsPerSecond, idleMsPerSecond, backPressuredMsPerSecond} = vertex
  const msPerSecond = [
    `busy ${Math.round(busyMsPerSecond)}`,
    `idle ${Math.round(idleMsPerSecond)}`,
    `backpressured ${Math.round(backPressuredMsPerSecond)} ms per second`,
  ].join(', ')
  const buffers = [
    ...share('input buffers', vertex.inputBufferUsage),
    ...share('output buffers', vertex.outputBufferUsage),
    ...(vertex.spilledBytes > 0 ? [`${formatBytes(vertex.spilledBytes)} spilled`] : []),
  ]
  return [
    `  ${vertex.name} × ${vertex.parallelism}: ${amount(vertex.recordsIn, vertex.bytesIn)} in, ` +
      `${amount(vertex.recordsOut, vertex.bytesOut)} out`,
    `    ${[msPerSecond, ...buffers].join(', ')}`,
  ]
}

function taskManagerLines(one: TaskManagerSummary): string[] {
  const startup = one.startup.map(({name, durationMs}) => `${name} ${durationMs.toFixed(1)} ms`)
  return [
    `  ${one.taskManagerId} (pid ${one.pid}): ${one.slots} ${one.slots === 1 ? 'slot' : 'slots'}, ` +
      `CPU ${formatDuration(one.cpuMs)}, memory ${formatBytes(one.rssBytes)} of ${formatBytes(one.memoryBudgetBytes)}`,
    ...(startup.length === 0 ? [] : [`    start-up: ${startup.join(', ')}`]),
  ]
}
