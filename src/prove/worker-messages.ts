import type {ErrorData} from '../core/index.js'
import type {RunReport, Story, Survey} from './reports.js'

/** What a thread is asked for; one thing at a time. */
export type ToWorker =
  | {readonly kind: 'survey'}
  | {readonly kind: 'run'; readonly survey: Survey; readonly seeds: readonly number[]}
  | {readonly kind: 'explain'; readonly survey: Survey; readonly seed: number}

export type FromWorker =
  /** Undefined: the program has no such job. */
  | {readonly kind: 'surveyed'; readonly survey: Survey | undefined}
  | {readonly kind: 'ran'; readonly reports: readonly RunReport[]}
  | {readonly kind: 'explained'; readonly story: Story}
  | {readonly kind: 'failed'; readonly error: ErrorData}
