import type {ErrorData} from '../core/index.js'
import type {JobRecord} from '../leadership/index.js'

/** A job that another leader has begun. */
export interface RecoveredJob {
  /** What that one has stored last; undefined: it had decided nothing yet. */
  readonly record: JobRecord | undefined
  /** Why somebody else goes on with it. */
  readonly error: ErrorData
}
