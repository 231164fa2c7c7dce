import type {Duration} from '../../core/index.js'

/**
 * How long state lives after it was last touched, in processing time. The same names and meanings as Flink's StateTtlConfig.
 * Elements of a list and entries of a map live and expire one by one. Timers are not affected.
 */
export interface StateTtlConfig {
  /** State whose last touch is this long ago or longer is expired. At least 1 ms. */
  readonly ttl: Duration
  /** What counts as a touch. `Disabled` switches the TTL off. Default: `OnCreateAndWrite`. */
  readonly updateType?: 'OnCreateAndWrite' | 'OnReadAndWrite' | 'Disabled'
  /** Whether a read may still see expired state that was not cleaned up yet. Default: `NeverReturnExpired`. */
  readonly visibility?: 'NeverReturnExpired' | 'ReturnExpiredIfNotCleanedUp'
  /**
   * Cleanup of state that nobody reads: with each access to the state, a few other entries are looked at in turn and dropped if
   * they are expired. `disabled`: expired state goes only when it is read. Default: `{entriesPerAccess: 5}`.
   */
  readonly cleanup?: IncrementalCleanup | 'disabled'
}

export interface IncrementalCleanup {
  /** Entries looked at per access; at least 1. */
  readonly entriesPerAccess: number
  /** Also clean up when a key becomes current, without an access. Default: false. */
  readonly forEveryRecord?: boolean
}
