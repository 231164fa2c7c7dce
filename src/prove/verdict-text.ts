import type {Sample, SinkDifference} from './compare.js'
import type {Story, Verdict} from './reports.js'

/** Of more kinds of steps than these only their number is said. */
const MISSED_SHOWN_MAX = 4

/** How the proof was asked for, so that its text can say how to ask again. */
export interface AskedAs {
  /** Up to the program's file: `fts prove job.ts -p 2`. */
  readonly command: string
  /** The program's own arguments, with `--` before them; or nothing. */
  readonly rest: string
}

/** A verdict for people: what was tried, what is the same, or how it came to differ. */
export function verdictText(verdict: Verdict, asked: AskedAs): string {
  const lines = verdict.isProven ? provenLines(verdict) : differsLines(verdict, asked)
  return `${lines.join('\n')}\n`
}

function provenLines(verdict: Verdict): string[] {
  return [
    `PROVEN  ${titleOf(verdict)}: ${verdict.schedules} schedules, and each one ended with what an undisturbed run ends with`,
    ...triedLines(verdict),
    ...sinkLines(verdict),
    'not covered   what sinks and functions of the program do outside (databases, services, files that they write themselves); the loss of the host’s power',
  ]
}

function triedLines(verdict: Verdict): string[] {
  const {steps, interleavings, checkpoints, restarts, takeoverRuns, faults} = verdict
  const missed = steps.all.filter((step) => !steps.hit.includes(step))
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`)
  return [
    `tried         ${interleavings} different interleavings, ${checkpoints} checkpoints, ${restarts} restarts, ${takeoverRuns} takeovers by a standby`,
    `went wrong    ${kinds.length === 0 ? 'nothing' : kinds.join(', ')}`,
    `after         ${steps.all.length - missed.length} of ${steps.all.length} kinds of steps${notAfter(missed)}`,
  ]
}

function notAfter(missed: readonly string[]): string {
  if (missed.length === 0) return ''
  return ` (not after ${missed.length > MISSED_SHOWN_MAX ? `${missed.length} others` : missed.join(', ')}: more --schedules)`
}

function sinkLines({sinks, how, commitsAgainRuns}: Verdict): string[] {
  const lines = sinks.map(({name, guarantee, records, doubledRuns}) => {
    const doubles =
      doubledRuns === 0
        ? ''
        : `; some came twice in ${doubledRuns} of the runs, as at least once allows (--exactly-once does not)`
    return `sink          ${name}: ${plural(records, 'record')} compared ${how}, ${guarantee}${doubles}`
  })
  if (commitsAgainRuns === 0) return lines
  const what = `in ${commitsAgainRuns} of the runs commit() was called again for what it had committed`
  return [...lines, `note          ${what}: it must do nothing then, which is not seen from here`]
}

function differsLines(verdict: Verdict, asked: AskedAs): string[] {
  const {story, schedules} = verdict
  if (story === undefined) return []
  if (schedules === 0)
    return [
      `NOT PROVEN  ${titleOf(verdict)}: two runs in which nothing went wrong already ended differently`,
      ...differenceLines(story),
      ...whyLines(story),
    ]
  const again = `${asked.command} --seed ${story.seed} --schedules 1${asked.rest}`
  return [
    `DIFFERS  ${titleOf(verdict)}: after ${plural(schedules, 'schedule')}, seed ${story.seed} ends otherwise than an undisturbed run`,
    ...faultLines(story),
    ...differenceLines(story),
    ...whyLines(story),
    `again         ${again}`,
  ]
}

function titleOf({jobName, jobNumber}: Verdict): string {
  return jobNumber === 1 ? jobName : `${jobName}, job ${jobNumber} of the program`
}

function faultLines({faults, hasMessageFaults}: Story): string[] {
  const lines = faults.map(
    ({fault, hit, atMs}) =>
      `${String(Math.round(atMs)).padStart(6)} ms     ${fault.kind} (${hit}), right after the ${ordinal(fault.occurrence)} "${fault.step}"`,
  )
  return hasMessageFaults ? [...lines, '              messages about checkpoints were lost, or came twice'] : lines
}

function differenceLines({differences, failure}: Story): string[] {
  // What else is missing then says nothing.
  if (failure !== undefined) return [`the job       failed for good: ${failure}`]
  return differences.flatMap((one) => sinkDifferenceLines(one))
}

function sinkDifferenceLines({sink, missing, doubled, unexpected, isReordered}: SinkDifference): string[] {
  return [
    ...sampleLines(sink, 'missing', missing),
    ...sampleLines(sink, 'doubled', doubled),
    ...sampleLines(sink, 'not expected', unexpected),
    ...(isReordered ? [`${sink}: the same records in another order`] : []),
  ]
}

function sampleLines(sink: string, what: string, {count, records}: Sample): string[] {
  if (count === 0) return []
  const more = count > records.length ? ` … and ${count - records.length} more` : ''
  return [`${what.padEnd(14)}${sink}: ${records.map(short).join(' | ')}${more}`]
}

function whyLines({culprit, calls, failure, differences}: Story): string[] {
  const asks = calls.map(({what, where}) => `              ${what} at ${where}`)
  if (asks.length > 0) return ['probably      the program asks for what is different each time:', ...asks]
  if (culprit === undefined || failure !== undefined) return []
  const {name, role, hasState} = culprit
  const begins = `probably      "${name}"`
  if (role === 'source')
    return [
      `${begins}, a source: it does not go on where the checkpoint has it (position in snapshotState, given back to read)`,
    ]
  if (role === 'sink') {
    const writesAtOnce = differences.some(({sink, guarantee}) => sink === name && guarantee === 'at least once')
    return [
      writesAtOnce
        ? `${begins}, a sink that writes at once: what came since the last checkpoint is written again. One that commits in two phases (prepareCommit, createCommitter) does not`
        : `${begins}, a sink: all that came to it is right. Is what waits in its writer in snapshotState, and does prepareCommit answer all that is to be committed?`,
    ]
  }
  return hasState
    ? [
        `${begins}: what comes to it is right, what goes out is not. Is a part of what it remembers outside of its state, or does it depend on the order of its input?`,
      ]
    : [
        `${begins}: what comes to it is right, what goes out is not, and checkpoints have nothing of it. What it remembers (a variable, a field of the function) belongs into state`,
      ]
}

function short(record: string): string {
  return record.length > 60 ? `${record.slice(0, 59)}…` : record
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function ordinal(count: number): string {
  const last = count % 100 > 10 && count % 100 < 14 ? 0 : count % 10
  return `${count}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`
}
