import type {JobGraphSpec} from '../graph/index.js'
import type {JobResult} from '../metrics/index.js'
import type {SeededRandom} from '../platform/index.js'
import type {SimSite} from './sim-site.js'

/** How a TaskManager's process has ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** Whoever decides about the job of a run: one JobManager, or one with a standby. */
export interface SimMaster {
  /** Settles when the job has ended. */
  readonly result: Promise<JobResult>
  /** How often another JobManager has gone on with the job. */
  readonly takeovers: number
  taskManagerExited(taskManagerId: string, end: ProcessEnd): void
  /** kill −9 of who leads. False: nobody does. */
  kill(): boolean
  /** kill −STOP of who leads, for a while. False: nobody does. */
  stop(forMs: number): boolean
}

export interface SimMasterOptions {
  readonly site: SimSite
  readonly random: SeededRandom
  readonly runDirectory: string
  readonly graph: JobGraphSpec
  readonly taskManagerCount: number
  readonly slotsEach: number
  /** Answers their ids. `leaderFolder`: where they look for who leads; absent: there is one, in the run directory. */
  startTaskManagers(count: number, leaderFolder?: string): readonly string[]
  killTaskManager(taskManagerId: string): void
  /** Writes what an input that cannot be read twice gives. */
  keepJournal(folder: string): void
}
