import type {Clock, Disk} from '../platform/index.js'
import {createWhole, isDoubtful} from './create-whole.js'
import type {Leadership} from './leader-election.js'
import type {LeaderRecord} from './leader-record.js'
import {cannotAppend, leadershipLost, stateDamaged} from './leadership-errors.js'
import {numbersOf} from './numbered-files.js'

/** So many states before the last one are kept, to look into. */
const STATES_KEPT = 8

export interface FileLeadershipOptions {
  readonly folder: string
  readonly record: LeaderRecord
  readonly former: LeaderRecord | undefined
  readonly disk: Disk
  readonly clock: Clock
}

interface StoredState {
  readonly version: 1
  /** Of the leader that has stored it. */
  readonly token: number
  readonly state?: unknown
}

/**
 * What a leader has decided lies in a log of files `state-<n>`; the greatest number counts. Each is made in one step, under a number that was
 * free, and counts as stored only if after that there still is no greater token.
 *
 *   append: link state-<n+1> ─▶ is there a token-<mine+1>? ─ no ─▶ stored
 *   begin:  link token-<t>   ─▶ read state-<n>, link state-<n+1> with the same content, again until the number was free
 *
 * If an append succeeds, there was no later token after its link; so a later leader reads the states after that and finds it. A link of a former
 * leader that comes later fails, because the new leader's first state has the number, or is followed by the check that fails.
 */
export class FileLeadership implements Leadership {
  private index = 0
  private appends = 0

  private constructor(
    private readonly options: FileLeadershipOptions,
    readonly state: unknown,
  ) {}

  /** For who has just been given its token. */
  static async begin(options: FileLeadershipOptions): Promise<FileLeadership> {
    for (;;) {
      const {index, state} = await latestState(options.disk, options.folder)
      const leadership = new FileLeadership(options, state)
      if (!(await leadership.tryAppend(index + 1, state))) continue
      await leadership.removeOld()
      return leadership
    }
  }

  get token(): number {
    return this.options.record.token
  }

  get former(): LeaderRecord | undefined {
    return this.options.former
  }

  async append(state: unknown): Promise<void> {
    const index = this.index + 1
    if (!(await this.tryAppend(index, state))) throw leadershipLost(this.token, `somebody has stored state ${index}`)
    await this.options.disk.remove(this.pathOf(index - STATES_KEPT)).catch(() => {})
  }

  /** What leaders before have left when they ended in the middle. */
  private async removeOld(): Promise<void> {
    const {disk, folder} = this.options
    for (const index of await numbersOf(disk, folder, 'state'))
      if (index < this.index - STATES_KEPT) await disk.remove(this.pathOf(index)).catch(() => {})
  }

  async renew(): Promise<void> {
    const {disk, clock, folder, record} = this.options
    try {
      await disk.touch(`${folder}/${tokenName(record.token)}`, clock.nowMs())
    } catch (error) {
      throw leadershipLost(record.token, (error as Error).message)
    }
    await this.checkLeads()
  }

  /** False: the number was taken. */
  private async tryAppend(index: number, state: unknown): Promise<boolean> {
    const {disk, folder, record} = this.options
    const text = JSON.stringify({version: 1, token: record.token, state} satisfies StoredState)
    this.appends += 1
    const nonce = `${record.nonce}-${this.appends}`
    try {
      if (!(await createWhole(disk, {folder, name: stateName(index), text, nonce}))) return false
    } catch (error) {
      if (isDoubtful(error)) throw leadershipLost(record.token, (error as Error).message)
      await this.checkLeads()
      throw cannotAppend(folder, error)
    }
    this.index = index
    await this.checkLeads()
    return true
  }

  private async checkLeads(): Promise<void> {
    const {disk, folder, record} = this.options
    const own = await disk.read(`${folder}/${tokenName(record.token)}`).catch(() => undefined)
    // Somebody may have removed the folder, and somebody else have made it again.
    if (own === undefined || !Buffer.from(own).toString().includes(record.nonce))
      throw leadershipLost(record.token, `its token is gone from ${folder}`)
    const next = await disk.sizeOf(`${folder}/${tokenName(record.token + 1)}`)
    if (next !== undefined) throw leadershipLost(record.token, 'another one has taken over')
  }

  private pathOf(index: number): string {
    return `${this.options.folder}/${stateName(index)}`
  }
}

export function tokenName(token: number): string {
  return `token-${token}`
}

function stateName(index: number): string {
  return `state-${index}`
}

/** The state that counts; also for whoever looks in when nobody leads. */
export async function latestState(
  disk: Disk,
  folder: string,
): Promise<{readonly index: number; readonly state: unknown}> {
  for (;;) {
    const index = (await numbersOf(disk, folder, 'state')).at(-1)
    if (index === undefined) return {index: 0, state: undefined}
    const path = `${folder}/${stateName(index)}`
    const bytes = await disk.read(path)
    // Gone since: there is a later one.
    if (bytes !== undefined) return {index, state: decodeState(path, bytes)}
  }
}

function decodeState(path: string, bytes: Uint8Array): unknown {
  let stored: StoredState
  try {
    stored = JSON.parse(Buffer.from(bytes).toString()) as StoredState
  } catch (error) {
    throw stateDamaged(path, error)
  }
  if (stored.version !== 1) throw stateDamaged(path)
  return stored.state
}
