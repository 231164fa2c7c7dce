import {BLANK, type Line, span} from './line.js'

const KEYS: readonly (readonly [string, string])[] = [
  ['1 2 3, Tab', 'graph, TaskManagers, slot; the next view'],
  ['↑ ↓, k j', 'select a vertex or a slot'],
  ['Enter', 'look into the selected slot'],
  ['Esc', 'back'],
  ['q, Ctrl-C', 'cancel the job'],
  ['?', 'this page'],
]

const WORDS: readonly (readonly [string, string])[] = [
  ['in/s, out/s', 'records per second from and to other vertices or the outside; B/s: bytes'],
  ['busy', 'share of the time spent working (█)'],
  ['bpr', 'backpressured: waiting because what follows is full (▒)'],
  ['idle', 'waiting for input (·)'],
]

export function helpLines(): readonly Line[] {
  return [...KEYS.map(entry), BLANK, ...WORDS.map(entry)]
}

function entry([term, meaning]: readonly [string, string]): Line {
  return [span(term.padEnd(13), 'bold'), span(meaning)]
}
