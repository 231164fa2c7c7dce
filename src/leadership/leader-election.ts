import type {LeaderRecord} from './leader-record.js'

/**
 * Who of several JobManagers leads, and what the leader has decided for good. Whatever service holds it keeps these promises:
 *
 *   one leader a token   no two leaders are ever given the same token, and a later leader's is greater
 *   fencing              an `append` that has succeeded happened before every later leader was given its token, so that leader
 *                        finds it in `state`; once a later token was given, no `append` of this leader succeeds
 */
export interface LeaderElection {
  /** Settles when this process leads. Errors: what keeps it from ever leading (the folder cannot be written). */
  campaign(): Promise<Leadership>
  /** Who leads now, or led last; undefined: nobody has yet. */
  current(): Promise<LeaderRecord | undefined>
}

/** What a leader has. */
export interface Leadership {
  /** The fencing token. */
  readonly token: number
  /** What the leader before has appended last; undefined: nothing was ever. */
  readonly state: unknown
  /** Who led before. */
  readonly former: LeaderRecord | undefined
  /**
   * Makes this the state, for good: plain JSON. One call at a time.
   *
   * Errors   `fatal` FTS_LEADERSHIP_LOST: somebody else leads, or may lead; whether the state was stored is not known, and this process must
   *          not act upon it. `restartable` FTS_LEADERSHIP_WRITE: it was not stored, and may be tried again.
   */
  append(state: unknown): Promise<void>
  /** A sign of life. Errors: `fatal` FTS_LEADERSHIP_LOST. */
  renew(): Promise<void>
}
