import {inspect} from 'node:util'
import type {StoredEntry} from '../src/state/index.js'

/** One line: the state, its key, its window if it has one, and what it holds. */
export function stateEntryText({state, kind, key, namespace, value}: StoredEntry): string {
  const name = kind === 'timers' ? `${state} timer` : state
  const window = namespace === undefined ? '' : ` ${shownValue(namespace)}`
  return `${name}  ${shownValue(key)}${window}  ${shownValue(value)}`
}

export function shownValue(value: unknown): string {
  return inspect(value, {breakLength: Number.POSITIVE_INFINITY, depth: 4, maxArrayLength: 20, maxStringLength: 200})
}
