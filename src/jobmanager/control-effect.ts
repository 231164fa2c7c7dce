import type {CheckpointEffect, SavepointEnd} from '../checkpoint/index.js'
import type {JobId, Split, TaskManagerId} from '../core/index.js'
import type {JobRecord} from '../leadership/index.js'
import type {JobResult} from '../metrics/index.js'
import type {LogLevel} from '../platform/index.js'
import type {JobManagerMessage} from '../rpc/index.js'
import type {TimerName} from './timer-name.js'

/** What the control plane wants done outside. */
export type ControlEffect =
  | {readonly kind: 'send'; readonly taskManagerId: TaskManagerId; readonly message: JobManagerMessage}
  | {readonly kind: 'closeConnection'; readonly taskManagerId: TaskManagerId}
  | {readonly kind: 'killTaskManager'; readonly taskManagerId: TaskManagerId; readonly reason: string}
  /** So many more processes are wanted in place of lost ones. */
  | {readonly kind: 'startTaskManagers'; readonly count: number}
  /** Makes the job's folder and reads the checkpoint that it starts from; answered by `opened` or `openFailed`. */
  | {
      readonly kind: 'openCheckpoints'
      readonly jobId: JobId
      /** Absent: the job takes no checkpoints. */
      readonly directory?: string
      readonly restorePath?: string
      /** A leader before has made the folder: it is taken as it is, with these checkpoints in it. */
      readonly recovers?: JobRecord
    }
  | {readonly kind: 'checkpoint'; readonly jobId: JobId; readonly directory: string; readonly effect: DiskEffect}
  /** The job has ended: its checkpoints go, unless they are retained. What its journals still have goes with the savepoint that it was stopped with. */
  | {
      readonly kind: 'closeCheckpoints'
      readonly jobId: JobId
      readonly folder: string
      readonly isRetained: boolean
      readonly stoppedWith?: string
    }
  /** To be stored for good before any later effect is carried out. Only where a standby may take over. */
  | {readonly kind: 'storeJob'; readonly jobId: JobId; readonly record: JobRecord}
  /** Journals of these splits are to be kept, each from the first time on that it is named, until the job ends. */
  | {readonly kind: 'keepJournals'; readonly jobId: JobId; readonly splits: readonly Split[]}
  /** The same for inputs that an earlier run has begun to read: what its journal still has comes first. */
  | {readonly kind: 'inheritJournals'; readonly jobId: JobId; readonly journals: readonly InheritedJournal[]}
  | {readonly kind: 'savepointEnded'; readonly requestId: number; readonly end: SavepointEnd}
  | {readonly kind: 'startTimer'; readonly timer: TimerName; readonly delayMs: number}
  | {readonly kind: 'cancelTimer'; readonly timer: TimerName}
  | {readonly kind: 'jobEnded'; readonly jobId: JobId; readonly result: JobResult}
  | {
      readonly kind: 'log'
      readonly level: LogLevel
      readonly message: string
      readonly fields: Readonly<Record<string, unknown>>
    }

export interface InheritedJournal {
  readonly split: Split
  /** Where the journal of the earlier run may be, the better place first. */
  readonly from: readonly string[]
}

/** What the coordinator of a job wants the disk to do. */
export type DiskEffect = Extract<CheckpointEffect, {kind: 'makeFolder' | 'writeMetadata' | 'discard'}>
