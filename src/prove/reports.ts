import type {PastJob} from '../job/index.js'
import type {ComparedHow, SinkDifference} from './compare.js'
import type {StepCounts} from './fault-plan.js'
import type {Guarantee, Outcome} from './outcome.js'
import type {FaultDone} from './sim-run.js'
import type {UserCall} from './user-calls.js'

/** What undisturbed runs have shown: what all others are compared with. */
export interface Survey {
  readonly jobName: string
  readonly outcome: Outcome
  readonly how: ComparedHow
  readonly counts: StepCounts
  /** What the program sees of the job when it goes on. */
  readonly past: PastJob
  /** Undisturbed runs already differ: nothing can be said about others. */
  readonly unstable?: Story
}

/** What came of the run of one seed. */
export interface RunReport {
  readonly seed: number
  readonly isRight: boolean
  /** Sinks that got records twice, which they may. */
  readonly doubledSinks: readonly string[]
  /** Faults that happened: `kill a TaskManager after rename metadata`. */
  readonly faults: readonly string[]
  /** The order of what happened, as a number. */
  readonly trace: number
  readonly checkpoints: number
  readonly restarts: number
  readonly takeovers: number
  readonly commitsAgain: number
}

/** Where a difference begins, as far as it can be told. */
export interface Culprit {
  readonly name: string
  readonly role: 'source' | 'operator' | 'sink'
  /** A checkpoint had something of it. */
  readonly hasState: boolean
}

/** How a run came to differ, as short as it was found. */
export interface Story {
  readonly seed: number
  readonly faults: readonly FaultDone[]
  /** Messages were lost, or came twice. */
  readonly hasMessageFaults: boolean
  readonly differences: readonly SinkDifference[]
  /** The job failed instead. */
  readonly failure?: string
  readonly culprit?: Culprit
  readonly calls: readonly UserCall[]
}

/** One sink, over all runs. */
export interface SinkVerdict {
  readonly name: string
  readonly guarantee: Guarantee
  readonly records: number
  /** Runs in which some of them came twice. */
  readonly doubledRuns: number
}

export interface Verdict {
  readonly jobName: string
  /** Of the program's jobs, from 1. */
  readonly jobNumber: number
  readonly isProven: boolean
  readonly schedules: number
  readonly interleavings: number
  readonly checkpoints: number
  readonly restarts: number
  /** Runs in which another JobManager went on with the job. */
  readonly takeoverRuns: number
  /** Kinds of steps of the job's life, and those after which something went wrong at least once. */
  readonly steps: {readonly all: readonly string[]; readonly hit: readonly string[]}
  /** Faults that happened, by kind. */
  readonly faults: Readonly<Record<string, number>>
  readonly how: ComparedHow
  readonly sinks: readonly SinkVerdict[]
  /** Runs in which `commit` was called for the same again. */
  readonly commitsAgainRuns: number
  readonly story?: Story
}
