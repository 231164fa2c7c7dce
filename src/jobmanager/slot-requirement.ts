import type {JobId} from '../core/index.js'
import type {SlotsRequired} from '../graph/index.js'

/** The slots that a job needs to run. */
export interface SlotRequirement {
  readonly jobId: JobId
  readonly jobName: string
  readonly required: SlotsRequired
  /** TaskManagers that are lost are replaced for it. */
  readonly replacesLost: boolean
}
