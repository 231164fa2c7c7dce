import {FileLeaderElection, type Leadership} from '../../src/leadership/index.js'
import type {Clock, Disk, Processes, ProcessIdentity, Random, SeededRandom, Timers} from '../../src/platform/index.js'
import {MemoryDisk} from './memory-disk.js'

export const ELECTION_FOLDER = '/store'
const LEASE_MS = 1000
const PERIOD_MS = 50

/** What a simulated JobManager has decided for good: a number of its own behind those of the leaders before. */
export type Decisions = readonly string[]

/** An append that succeeded: from then on the leader acts upon it. */
export interface Commit {
  readonly token: number
  readonly decisions: Decisions
}

interface Turn {
  readonly pid: number
  readonly atMs: number
  readonly take: () => void
}

/**
 * JobManagers that campaign, lead and decide, on one disk, in one thread: each of their operations on the disk waits for its turn, before and
 * after, and a seed says whose turn it is; who is stopped gets none, who is killed never again. Time goes on with the turns.
 */
export class ElectionWorld {
  readonly disk = new MemoryDisk()
  readonly commits: Commit[] = []
  readonly tokens: number[] = []
  /** How each process ended that was not killed. */
  readonly ends: string[] = []
  private nowMs = 0
  private turns: Turn[] = []
  private readonly stoppedUntil = new Map<number, number>()
  private readonly killed = new Set<number>()
  private readonly alive = new Set<number>()
  private steps = 0
  private started = 0

  constructor(private readonly random: SeededRandom) {
    this.disk.folders.add(ELECTION_FOLDER)
  }

  /** Lets so many turns pass, with kills and stops in between; there always are `count` processes. */
  async run(turns: number, count: number): Promise<void> {
    for (let i = 0; i < turns; i++) {
      while (this.alive.size < count) this.start()
      this.misfortune()
      await this.step()
    }
  }

  /** One that campaigns when all others are dead. */
  async successor(): Promise<Leadership> {
    for (const pid of this.alive) this.killed.add(pid)
    this.started += 1
    const leading = this.election(this.started).campaign()
    let result: Leadership | undefined
    void leading.then((one) => {
      result = one
    })
    while (result === undefined) await this.step()
    return result
  }

  private start(): void {
    const pid = ++this.started
    this.alive.add(pid)
    void this.live(pid).catch((error: {code?: string}) => {
      this.ends.push(error.code ?? String(error))
      this.alive.delete(pid)
      this.killed.add(pid)
    })
  }

  private async live(pid: number): Promise<never> {
    const leadership = await this.election(pid).campaign()
    this.tokens.push(leadership.token)
    let decisions = (leadership.state ?? []) as Decisions
    for (let count = 1; ; count++) {
      if (this.random.next() < 0.3) await leadership.renew()
      decisions = [...decisions, `${leadership.token}.${count}`]
      await leadership.append(decisions)
      this.commits.push({token: leadership.token, decisions})
      await this.turn(pid, this.random.next() * LEASE_MS * 0.3)
    }
  }

  private misfortune(): void {
    const dice = this.random.next()
    if (dice > 0.06) return
    const pid = this.random.pick([...this.alive])
    if (dice > 0.02) this.stoppedUntil.set(pid, this.steps + Math.floor(this.random.next() * 200))
    else {
      this.killed.add(pid)
      this.alive.delete(pid)
    }
  }

  private async step(): Promise<void> {
    this.steps += 1
    this.turns = this.turns.filter(({pid}) => !this.killed.has(pid))
    const able = this.turns.filter(({pid}) => (this.stoppedUntil.get(pid) ?? 0) <= this.steps)
    const turn = able.length === 0 ? undefined : this.random.pick(able)
    this.nowMs += this.random.next() * PERIOD_MS
    if (turn !== undefined) {
      this.turns = this.turns.filter((one) => one !== turn)
      this.nowMs = Math.max(this.nowMs, turn.atMs)
      turn.take()
    }
    // All that follows at once has happened when the event loop comes round.
    await new Promise((resolve) => setImmediate(resolve))
  }

  private turn(pid: number, delayMs = 0): Promise<void> {
    return new Promise((take) => this.turns.push({pid, atMs: this.nowMs + delayMs, take}))
  }

  private election(pid: number): FileLeaderElection {
    const own: ProcessIdentity = {pid, startedAt: ''}
    const processes: Processes = {own, isGone: (one) => this.killed.has(one.pid)}
    const clock: Clock = {nowMs: () => this.nowMs, monotonicMs: () => this.nowMs}
    const timers: Timers = {
      after: (delayMs, callback) => {
        void this.turn(pid, delayMs).then(callback)
        return {cancel: () => {}}
      },
      every: () => ({cancel: () => {}}),
    }
    const random: Random = {next: () => this.random.next(), hex: () => `${pid}-${this.random.next()}`}
    return new FileLeaderElection({
      folder: ELECTION_FOLDER,
      jobManagerId: `jm-${pid}`,
      address: `/run/jm-${pid}.sock`,
      disk: this.diskOf(pid),
      clock,
      timers,
      random,
      processes,
      leaseDurationMs: LEASE_MS,
      retryPeriodMs: PERIOD_MS,
    })
  }

  /** Each operation is one step of the world; who asked for it hears of it in a later one. */
  private diskOf(pid: number): Disk {
    return new Proxy<Disk>(this.disk, {
      get:
        (disk, name: keyof Disk) =>
        async (...parameters: unknown[]) => {
          await this.turn(pid)
          const done = await (disk[name] as (...all: unknown[]) => Promise<unknown>).apply(disk, parameters).then(
            (value) => ({value}),
            (error) => ({error}),
          )
          await this.turn(pid)
          if ('error' in done) throw done.error
          return done.value
        },
    })
  }
}
