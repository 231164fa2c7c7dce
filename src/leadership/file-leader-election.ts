import {FtsError} from '../core/index.js'
import type {Clock, Disk, Processes, Random, Timers} from '../platform/index.js'
import {createWhole} from './create-whole.js'
import {FileLeadership, tokenName} from './file-leadership.js'
import type {LeaderElection, Leadership} from './leader-election.js'
import type {LeaderRecord} from './leader-record.js'
import {cannotAppend, LEADERSHIP_LOST, LEADERSHIP_WRITE, stateDamaged} from './leadership-errors.js'
import {numbersOf} from './numbered-files.js'

export interface FileElectionOptions {
  /** The job's; it must be there. */
  readonly folder: string
  readonly jobManagerId: string
  /** The socket on which TaskManagers register, once this process leads. */
  readonly address: string
  readonly disk: Disk
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly processes: Processes
  readonly leaseDurationMs: number
  readonly retryPeriodMs: number
}

/** A disk that is full for a moment is waited for so long: the leader may only be stopped, and the job still run. */
const PATIENCE_MS = 10_000

/**
 * An election by files. A token is a file `token-<n>` that is made with all its bytes in one step (`link`), so that one process gets it; the
 * greatest number leads. It is taken over by `token-<n+1>` when its process has ended, or when the file was not touched for the lease's
 * duration: by the clock of whoever watches, since nobody else's can be relied on.
 */
export class FileLeaderElection implements LeaderElection {
  private watched: {readonly token: number; readonly touchedMs: number; readonly sinceMs: number} | undefined
  private lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(private readonly options: FileElectionOptions) {}

  async campaign(): Promise<Leadership> {
    for (;;) {
      const leadership = await this.tryLead()
      if (leadership !== undefined) return leadership
      await this.pause()
    }
  }

  current(): Promise<LeaderRecord | undefined> {
    return readLeader(this.options.disk, this.options.folder)
  }

  private async tryLead(): Promise<Leadership | undefined> {
    const former = await this.current()
    if (former !== undefined && !(await this.hasGivenUp(former))) return undefined
    const token = (former?.token ?? 0) + 1
    const {jobManagerId, address, processes, random} = this.options
    const record: LeaderRecord = {token, jobManagerId, address, process: processes.own, nonce: random.hex(8)}
    return (await this.patiently(() => this.tryTake(record))) ? this.begin(record, former) : undefined
  }

  private async tryTake(record: LeaderRecord): Promise<boolean> {
    const {disk, folder} = this.options
    const {token, nonce} = record
    try {
      const isMine = await createWhole(disk, {folder, name: tokenName(token), text: JSON.stringify(record), nonce})
      // An attempt before this one may have taken it, and not have heard of that.
      return isMine || (await readRecord(disk, folder, token))?.nonce === nonce
    } catch (error) {
      throw error instanceof FtsError ? error : cannotAppend(folder, error)
    }
  }

  private async begin(record: LeaderRecord, former: LeaderRecord | undefined): Promise<Leadership | undefined> {
    try {
      return await this.patiently(() => FileLeadership.begin({...this.options, record, former}))
    } catch (error) {
      if (error instanceof FtsError && error.code === LEADERSHIP_LOST) return undefined
      throw error
    }
  }

  private async patiently<R>(run: () => Promise<R>): Promise<R> {
    const {clock} = this.options
    const endMs = clock.monotonicMs() + PATIENCE_MS
    for (;;) {
      try {
        return await run()
      } catch (error) {
        const isFull = error instanceof FtsError && error.code === LEADERSHIP_WRITE
        if (!isFull || clock.monotonicMs() > endMs) throw error
      }
      await this.pause()
    }
  }

  private pause(): Promise<void> {
    const {timers, retryPeriodMs} = this.options
    return new Promise((resolve) => timers.after(retryPeriodMs, resolve))
  }

  private async hasGivenUp({token, process}: LeaderRecord): Promise<boolean> {
    const {disk, folder, processes, clock, leaseDurationMs} = this.options
    if (processes.isGone(process)) return true
    const touchedMs = (await disk.modifiedMs(`${folder}/${tokenName(token)}`)) ?? 0
    const nowMs = clock.monotonicMs()
    // Who was stopped itself (Ctrl-Z, a laptop asleep) has not seen what the leader did meanwhile.
    const hasSlept = nowMs - this.lookedAtMs > leaseDurationMs / 2
    this.lookedAtMs = nowMs
    if (hasSlept || this.watched?.token !== token || this.watched.touchedMs !== touchedMs)
      this.watched = {token, touchedMs, sinceMs: nowMs}
    return nowMs - this.watched.sinceMs > leaseDurationMs
  }
}

/** Reads who leads, for those who only follow. */
export async function readLeader(disk: Disk, folder: string): Promise<LeaderRecord | undefined> {
  const token = (await numbersOf(disk, folder, 'token')).at(-1)
  return token === undefined ? undefined : readRecord(disk, folder, token)
}

async function readRecord(disk: Disk, folder: string, token: number): Promise<LeaderRecord | undefined> {
  const path = `${folder}/${tokenName(token)}`
  const bytes = await disk.read(path)
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as LeaderRecord
  } catch (error) {
    throw stateDamaged(path, error)
  }
}
