import type {ErrorData, Split} from '../core/index.js'
import type {JobResult, JobView} from '../metrics/index.js'
import type {LogLevel} from '../platform/index.js'

/** How a JobManager's process is told what it is, as its first message. */
export interface JobManagerSettings {
  readonly runDirectory: string
  readonly jobManagerId: string
  /** Where leaders are elected, and the job lies. */
  readonly folder: string
  readonly config: Readonly<Record<string, string>>
  readonly slotsPerTaskManager: number
}

/** From the command, which supervises the processes, to a JobManager, over the fork's channel. */
export type SupervisorMessage =
  | {readonly kind: 'settings'; readonly settings: JobManagerSettings}
  /** The answer to `leading`: these TaskManagers are there, and of them, these may still have tasks of a leader before. */
  | {
      readonly kind: 'lead'
      readonly taskManagerCount: number
      /** Which of them a leader before has had. */
      readonly leftIds: readonly string[]
      /** The others. */
      readonly startedIds: readonly string[]
    }
  /** In answer to `startTaskManagers`. */
  | {readonly kind: 'taskManagersStarted'; readonly taskManagerIds: readonly string[]}
  | {
      readonly kind: 'taskManagerExited'
      readonly taskManagerId: string
      readonly exit: {readonly code: number | null; readonly signal: string | null}
    }
  | {readonly kind: 'view'}
  | {readonly kind: 'cancel'}
  | {
      readonly kind: 'savepoint'
      readonly requestId: number
      readonly directory?: string
      readonly thenStop?: 'suspend' | 'drain'
    }
  | {readonly kind: 'shutdown'}

/** From a JobManager to the command. */
export type JobManagerReport =
  | {readonly kind: 'leading'; readonly token: number}
  /** It cannot lead, or not go on leading; what is stored is in order. */
  | {readonly kind: 'failed'; readonly error: ErrorData}
  | {readonly kind: 'view'; readonly view: JobView}
  | {readonly kind: 'ended'; readonly result: JobResult}
  | {readonly kind: 'savepointEnded'; readonly requestId: number; readonly folder?: string; readonly error?: ErrorData}
  | {readonly kind: 'startTaskManagers'; readonly count: number}
  | {readonly kind: 'killTaskManager'; readonly taskManagerId: string}
  | {readonly kind: 'keepJournal'; readonly split: Split; readonly folder: string}
  | {readonly kind: 'closeJournal'; readonly folder: string}
  | {
      readonly kind: 'log'
      readonly level: LogLevel
      readonly message: string
      readonly fields: Readonly<Record<string, unknown>>
    }
