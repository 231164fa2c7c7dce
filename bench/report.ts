import type {Machine} from './machine.js'
import type {Measured} from './rounds.js'
import type {Finding, Outcome} from './scenario.js'
import type {Spread} from './statistics.js'

/** All that a run of the benchmark found. */
export interface Report {
  readonly machine: Machine
  /** Peers and their versions. */
  readonly peers: Readonly<Record<string, string>>
  readonly skipped: readonly string[]
  readonly arguments: readonly string[]
  readonly outcomes: readonly (Outcome & {readonly name: string})[]
}

const MEGABYTE = 2 ** 20

/** The report as a page. */
export function asMarkdown(report: Report): string {
  const {machine} = report
  return [
    `# Benchmark of ${machine.date}, commit ${machine.commit}${machine.isDirty ? ' with uncommitted changes' : ''}`,
    '',
    `${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB; ${machine.system}, kernel ${machine.kernel}; ` +
      `Node ${machine.node}; load before ${machine.loadBefore}. \`npm run bench -- ${report.arguments.join(' ')}\``.trimEnd(),
    '',
    `Peers: ${
      Object.entries(report.peers)
        .map(([name, version]) => `${name} ${version}`)
        .join('; ') || 'none'
    }.`,
    ...report.skipped.map((sentence) => `\n${sentence}.`),
    '',
    'Medians, with (least – most) of all rounds. Ratios are of runs in the same round. MB are 2^20 bytes.',
    ...report.outcomes.flatMap(outcomeSection),
    '',
  ].join('\n')
}

function outcomeSection({title, name, findings, measured, notes}: Report['outcomes'][number]): string[] {
  return [
    '',
    `## ${title} (${name})`,
    ...(findings.length === 0
      ? []
      : ['', '| figure | value | bar | |', '|---|---|---|---|', ...findings.map(findingRow)]),
    ...(measured.length === 0
      ? []
      : ['', '| who | wall s | CPU s | RSS MB | PSS MB | runs |', '|---|---|---|---|---|---|']),
    ...measured.map(measuredRow),
    ...notes.flatMap((note) => ['', note]),
    ...measured.flatMap(({name: who, leftBehind}) =>
      leftBehind.length === 0 ? [] : ['', `${who} left behind: ${leftBehind.join('; ')}`],
    ),
  ]
}

function findingRow({what, value, unit, bar, isMet}: Finding): string {
  const verdict = isMet === undefined ? '' : isMet ? 'met' : '**missed**'
  return `| ${what} | ${showSpread(value)} ${unit} | ${bar === undefined ? '' : `${bar} ${unit}`} | ${verdict} |`
}

function measuredRow(measured: Measured): string {
  const {name, wallSeconds, cpuSeconds, rssPeakBytes, pssPeakBytes, runs} = measured
  const jobs = runs.flatMap(({jobSeconds}) => (jobSeconds === undefined ? [] : [jobSeconds]))
  const job = jobs.length === 0 ? '' : ` (job alone: ${jobs.map((seconds) => seconds.toFixed(2)).join(', ')} s)`
  const cells = [
    name + job,
    showSpread(wallSeconds),
    showSpread(cpuSeconds),
    megabytes(rssPeakBytes.median),
    megabytes(pssPeakBytes.median),
    runs.length,
  ]
  return `| ${cells.join(' | ')} |`
}

function showSpread({median, min, max, count}: Spread): string {
  return count === 1 || min === max ? figure(median) : `${figure(median)} (${figure(min)} – ${figure(max)})`
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return 'not measured'
  if (Number.isInteger(value)) return String(value)
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3)
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0)
}
