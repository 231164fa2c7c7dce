import type {PastJob, ProgramStart} from '../job/index.js'

/** What is to be proven, as plain data. */
export interface ProofSubject {
  /** The bundle, and how the program is called. */
  readonly start: ProgramStart
  readonly jobName: string
  /** What came of the program's jobs before the one that is to be proven. */
  readonly past: readonly PastJob[]
  readonly parallelism: number
  /** Settings, as `-D` gives them. */
  readonly config: Readonly<Record<string, string>>
  /** What standard input and sockets give; absent: there is none. */
  readonly sample?: Uint8Array
  /** A folder for the files of runs. */
  readonly sandbox: string
  /** Doubled records of sinks that promise them at least once are differences, too. */
  readonly exactlyOnce: boolean
}
