import {isDeepStrictEqual} from 'node:util'
import type {StoredEntry} from '../src/state/index.js'
import {shownValue, stateEntryText} from './state-entry-text.js'
import {entriesOf, type ReadFile, type StoredOperator} from './stored-operator.js'

type Mark = '+' | '-' | '~'

/** What became of the entries of one state, or of the timers of one kind. */
interface StateChanges {
  readonly label: string
  readonly counts: Record<Mark, number>
  /** The first of them, a line each. */
  readonly lines: string[]
}

/** Lines about what differs in an operator's keyed state, at most `linesMax` entries of each state. Nothing differs: no line. */
export function stateChanges(
  before: StoredOperator,
  after: StoredOperator,
  linesMax: number,
  readFile?: ReadFile,
): string[] {
  const changes = new Map<string, StateChanges>()
  const note = (mark: Mark, entry: StoredEntry, text: () => string) => {
    const label = entry.kind === 'timers' ? `${entry.state} timers` : entry.state
    const found = changes.get(label) ?? {label, counts: {'+': 0, '-': 0, '~': 0}, lines: []}
    changes.set(label, found)
    found.counts[mark] += 1
    if (found.lines.length < linesMax) found.lines.push(`    ${mark} ${text()}`)
  }
  const left = new Map(entriesOf(before, readFile))
  for (const [identity, entry] of entriesOf(after, readFile)) {
    const old = left.get(identity)
    left.delete(identity)
    if (old === undefined) note('+', entry, () => stateEntryText(entry))
    else if (!isDeepStrictEqual(old.value, entry.value))
      note('~', entry, () => `${stateEntryText(old)} → ${shownValue(entry.value)}`)
  }
  for (const entry of left.values()) note('-', entry, () => stateEntryText(entry))
  return [...changes.values()].flatMap((change) => [summary(change), ...change.lines])
}

function summary({label, counts}: StateChanges): string {
  return `  ${label}: ${counts['+']} new, ${counts['-']} gone, ${counts['~']} changed`
}
