import type {SeededRandom} from '../platform/index.js'

/** What a fault does. */
export const FAULT_KINDS = ['kill a TaskManager', 'end a slot', 'fail a task', 'fill the disk'] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** Something that goes wrong right after a step: the `occurrence`-th `acknowledgeCheckpoint`, say. */
export interface Fault {
  readonly kind: FaultKind
  readonly step: string
  /** From 1. */
  readonly occurrence: number
}

/** What goes wrong in one run. */
export interface FaultPlan {
  readonly faults: readonly Fault[]
  /** Shares of the messages about checkpoints. */
  readonly loses: number
  readonly doubles: number
}

export const NO_FAULTS: FaultPlan = {faults: [], loses: 0, doubles: 0}

const FAULTS_MAX = 3
/** How much of an undisturbed run's steps is aimed at: faults make a run longer, and its end is no less interesting. */
const REACH = 1.3
/** In so many of all runs messages are lost, or come twice. */
const NOISY = 0.25

/**
 * What goes wrong in the run of a seed: one to three faults, each at a step of those that an undisturbed run has. Steps are drawn by what happens
 * and then by how often, so that the rare ones (the rename of the metadata) are met as often as the others.
 */
export function planFaults(random: SeededRandom, counts: ReadonlyMap<string, number>): FaultPlan {
  const kinds = [...counts.keys()].sort()
  const faults = Array.from({length: random.int(1, FAULTS_MAX)}, (): Fault => {
    const step = random.pick(kinds)
    const occurrence = random.int(1, Math.ceil((counts.get(step) ?? 1) * REACH))
    return {kind: random.pick(FAULT_KINDS), step, occurrence}
  })
  const isNoisy = random.chance(NOISY)
  return {faults, loses: isNoisy ? random.next() * 0.1 : 0, doubles: isNoisy ? random.next() * 0.2 : 0}
}
