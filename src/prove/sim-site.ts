import type {ProgramJob} from '../api/index.js'
import type {SeededRandom} from '../platform/index.js'
import type {OutcomeRecorder} from './outcome-recorder.js'
import type {SimDisk} from './sim-disk.js'
import type {SimNet} from './sim-net.js'
import type {SimProcess} from './sim-process.js'
import type {SimTransport} from './sim-transport.js'
import type {SimWorld} from './sim-world.js'
import type {Steps} from './steps.js'
import type {Tap} from './tap.js'

/** How fast things are in one run. Simulated milliseconds. */
export interface Pace {
  /** A step of a task begins up to so long after it could. */
  readonly stepMsMax: number
  readonly messageMsMax: number
  readonly checkpointIntervalMs: number
  /** Sources of text give so many bytes at once, other sources so many records. */
  readonly batchBytes: number
  readonly batchRows: number
  /** In front of a store of state: with few, rows come and go. */
  readonly cacheBytes: number
}

/** What all parts of one simulated cluster share. */
export interface SimSite {
  readonly world: SimWorld
  readonly random: SeededRandom
  readonly pace: Pace
  readonly steps: Steps
  readonly disk: SimDisk
  readonly net: SimNet
  readonly transport: SimTransport
  readonly outputs: OutcomeRecorder
  /** Looks at what operators emit; absent where nobody wants to know. */
  readonly tap?: Tap
  /** The operator that is being made. */
  readonly making: {operatorId: string}
  /** A stream of its own each time: a slot in place of a lost one does not draw the names of its files again. */
  newRandom(purpose: string): SeededRandom
  /** Loads the program once more, as a new slot does. */
  loadJob(): Promise<ProgramJob>
  /** What the program's operators are given, but for the timers. */
  place(process: SimProcess): Omit<Parameters<ProgramJob['functions']>[0], 'timers' | 'collectAddress'>
}
