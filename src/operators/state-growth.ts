import {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  type StateDescriptor,
  ValueStateDescriptor,
} from '../state/index.js'

/** State of an operator that has no end of its own: what it grows with as long as input comes. */
export interface StateGrowth {
  /** What it is: `state "seen"`, `the result of each key`. */
  readonly what: string
  readonly growsWith: 'keys' | 'records'
}

const KINDS = [
  ValueStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  AggregatingStateDescriptor,
] as const

/**
 * State without a TTL that a user's function can be seen to have, without calling it: descriptors in its fields, and in `open` what asks for
 * state in so many words. State that is cleared by timers looks the same.
 */
export function stateGrowthOf(userFunction: unknown): readonly StateGrowth[] {
  if (typeof userFunction !== 'object' || userFunction === null) return []
  const descriptors = Object.values(userFunction).filter(isDescriptor)
  if (descriptors.length > 0) return descriptors.filter(({ttl}) => ttl === undefined).map(growthOf)
  return asksForState(userFunction) ? [{what: 'the state that its open() asks for', growsWith: 'keys'}] : []
}

function isDescriptor(value: unknown): value is StateDescriptor {
  return KINDS.some((kind) => value instanceof kind)
}

/** A list or a map may grow for one key. */
function growthOf({kind, name}: StateDescriptor): StateGrowth {
  return {what: `state "${name}"`, growsWith: kind === 'list' || kind === 'map' ? 'records' : 'keys'}
}

function asksForState(userFunction: object): boolean {
  const {open} = userFunction as {open?: unknown}
  const text = typeof open === 'function' ? open.toString() : ''
  return /\bget(?:List|Map|Reducing|Aggregating)?State\(/.test(text) && !/\bttl\b/.test(text)
}
