import type {ProcessIdentity} from '../platform/index.js'

/** What is known of a leader. */
export interface LeaderRecord {
  readonly token: number
  /** `jm-1`. */
  readonly jobManagerId: string
  readonly process: ProcessIdentity
  /** The socket on which TaskManagers register. */
  readonly address: string
  /** Random: tells its file from one that somebody else has made in its place. */
  readonly nonce: string
}
