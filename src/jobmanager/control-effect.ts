import type {JobId, TaskManagerId} from '../core/index.js'
import type {JobResult} from '../metrics/index.js'
import type {LogLevel} from '../platform/index.js'
import type {JobManagerMessage} from '../rpc/index.js'
import type {TimerName} from './timer-name.js'

/** What the control plane wants done outside. */
export type ControlEffect =
  | {readonly kind: 'send'; readonly taskManagerId: TaskManagerId; readonly message: JobManagerMessage}
  | {readonly kind: 'closeConnection'; readonly taskManagerId: TaskManagerId}
  | {readonly kind: 'killTaskManager'; readonly taskManagerId: TaskManagerId; readonly reason: string}
  | {readonly kind: 'startTimer'; readonly timer: TimerName; readonly delayMs: number}
  | {readonly kind: 'cancelTimer'; readonly timer: TimerName}
  | {readonly kind: 'jobEnded'; readonly jobId: JobId; readonly result: JobResult}
  | {
      readonly kind: 'log'
      readonly level: LogLevel
      readonly message: string
      readonly fields: Readonly<Record<string, unknown>>
    }
