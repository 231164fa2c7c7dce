import type {SeededRandom} from '../platform/index.js'

/** What a fault does. */
const FAULT_KINDS = ['kill a TaskManager', 'end a slot', 'fail a task', 'fill the disk'] as const
/** Where a standby may take over. A JobManager that is stopped wakes after a while, and may have been taken over by then. */
const LEADER_FAULT_KINDS = ['kill the JobManager', 'stop the JobManager'] as const
export type FaultKind = (typeof FAULT_KINDS)[number] | (typeof LEADER_FAULT_KINDS)[number]

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
  /** Two JobManagers, of which one leads. */
  readonly hasStandby: boolean
}

export const NO_FAULTS: FaultPlan = {faults: [], loses: 0, doubles: 0, hasStandby: false}
export const STANDBY_WITHOUT_FAULTS: FaultPlan = {...NO_FAULTS, hasStandby: true}

/** Steps of undisturbed runs, by what happened. */
export interface StepCounts {
  readonly alone: ReadonlyMap<string, number>
  readonly withStandby: ReadonlyMap<string, number>
}

const FAULTS_MAX = 3
/** How much of an undisturbed run's steps is aimed at: faults make a run longer, and its end is no less interesting. */
const REACH = 1.3
/** In so many of all runs messages are lost, or come twice. */
const NOISY = 0.25

/** In so many of all runs there is a standby; in these every other fault hits the JobManager. */
const STANDBYS = 0.4

/**
 * What goes wrong in the run of a seed: one to three faults, each at a step of those that an undisturbed run has. Steps are drawn by what happens
 * and then by how often, so that the rare ones (the rename of the metadata) are met as often as the others.
 */
export function planFaults(random: SeededRandom, counts: StepCounts): FaultPlan {
  const hasStandby = random.chance(STANDBYS)
  const steps = hasStandby ? counts.withStandby : counts.alone
  const whats = [...steps.keys()].sort()
  const faults = Array.from({length: random.int(1, FAULTS_MAX)}, (): Fault => {
    const step = random.pick(whats)
    const occurrence = random.int(1, Math.ceil((steps.get(step) ?? 1) * REACH))
    const kinds = hasStandby && random.chance(0.5) ? LEADER_FAULT_KINDS : FAULT_KINDS
    return {kind: random.pick<FaultKind>(kinds), step, occurrence}
  })
  const isNoisy = random.chance(NOISY)
  return {faults, hasStandby, loses: isNoisy ? random.next() * 0.1 : 0, doubles: isNoisy ? random.next() * 0.2 : 0}
}
