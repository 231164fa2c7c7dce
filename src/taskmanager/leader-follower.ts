import {FtsError} from '../core/index.js'
import {readLeader} from '../leadership/index.js'
import type {Clock, Disk, Net, Timer, Timers} from '../platform/index.js'
import {RpcEndpoint} from '../rpc/index.js'
import type {JobManagerEndpoint} from './job-manager-connection.js'

/** While it is connected, a TaskManager looks for another leader this many times less often. */
const CALM = 4

export interface LeaderFollowerOptions {
  /** Where leaders are elected. */
  readonly folder: string
  /** How long a TaskManager waits for a leader. */
  readonly timeoutMs: number
  readonly periodMs: number
  readonly disk: Disk
  readonly net: Net
  readonly clock: Clock
  readonly timers: Timers
}

/** Connects a TaskManager to whoever leads, and never again to one that led before. */
export class LeaderFollower {
  /** Of the leader it was connected to last. */
  private token = 0
  private watch: Timer | undefined

  constructor(private readonly options: LeaderFollowerOptions) {}

  /** To a leader that follows the one before; waits for one. Errors: `restartable` FTS_NO_LEADER. */
  async next(): Promise<JobManagerEndpoint> {
    const {clock, timers, timeoutMs, periodMs} = this.options
    const endMs = clock.monotonicMs() + timeoutMs
    for (;;) {
      const endpoint = await this.tryConnect()
      if (endpoint !== undefined) return endpoint
      if (clock.monotonicMs() > endMs) throw noLeader(timeoutMs)
      await new Promise<void>((resolve) => timers.after(periodMs, resolve))
    }
  }

  /** Calls back once, when somebody else leads: the leader before may only be stopped, and its connection still be open. */
  onOvertaken(overtaken: () => void): void {
    const {timers, periodMs} = this.options
    this.stop()
    this.watch = timers.every(periodMs * CALM, () => void this.look(overtaken))
  }

  stop(): void {
    this.watch?.cancel()
    this.watch = undefined
  }

  /** Whether a message of this leader counts. */
  accepts(token: number | undefined): boolean {
    return token === this.token
  }

  private async tryConnect(): Promise<JobManagerEndpoint | undefined> {
    const {disk, folder, net} = this.options
    const leader = await readLeader(disk, folder).catch(() => undefined)
    if (leader === undefined || leader.token <= this.token) return undefined
    // It listens a moment after it was elected.
    const connection = await net.connect(leader.address).catch(() => undefined)
    if (connection === undefined) return undefined
    this.token = leader.token
    return new RpcEndpoint(connection, 'taskmanager')
  }

  private async look(overtaken: () => void): Promise<void> {
    const {disk, folder} = this.options
    const leader = await readLeader(disk, folder).catch(() => undefined)
    if (leader === undefined || leader.token <= this.token || this.watch === undefined) return
    this.stop()
    overtaken()
  }
}

function noLeader(waitedMs: number): FtsError {
  const message = `there was no JobManager to follow the lost one within ${waitedMs} ms`
  return new FtsError(
    'restartable',
    'FTS_NO_LEADER',
    message,
    {waitedMs},
    {
      tryThis: 'Raise taskmanager.registration.timeout if the machine is very busy.',
    },
  )
}
