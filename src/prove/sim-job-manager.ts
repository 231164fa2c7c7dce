import type {ChildProcess} from 'node:child_process'
import {EventEmitter} from 'node:events'
import {JobManagerProcess, type JobManagerReport, type SupervisorMessage} from '../cluster/index.js'
import type {SeededRandom} from '../platform/index.js'
import {SimProcess} from './sim-process.js'
import type {SimSite} from './sim-site.js'

/**
 * A JobManager in a simulated process of its own, as its supervisor sees it: in the place of a ChildProcess. Messages of both sides come in order, and
 * a little late.
 */
export class SimJobManager extends EventEmitter implements Pick<ChildProcess, 'connected' | 'stderr'> {
  readonly stderr = null
  readonly process: SimProcess
  /** Since it leads, or has led; else 0. */
  token = 0
  private readonly jobManager: JobManagerProcess
  private readonly delayMs: number

  constructor(
    readonly id: string,
    private readonly of: {
      readonly site: SimSite
      readonly random: SeededRandom
      /** Those of JobManagers, by their process ids. */
      readonly processes: SimProcess[]
    },
  ) {
    super()
    const {site, random, processes} = of
    const process = new SimProcess(id, site.world)
    this.process = process
    const pid = processes.push(process) - 1
    this.delayMs = random.next() * site.pace.messageMsMax
    this.jobManager = new JobManagerProcess(
      {send: (report) => this.tell(report), exit: () => this.die(0, null), end: () => this.die(1, null)},
      {
        clock: site.world,
        timers: process,
        disk: site.disk.of(process),
        net: site.net.of(process),
        random,
        processes: {
          own: {pid, startedAt: ''},
          isGone: (one) => !processes[one.pid].isAlive,
        },
      },
    )
  }

  get connected(): boolean {
    return this.process.isAlive
  }

  send(message: SupervisorMessage): boolean {
    this.process.after(this.delayMs, () => this.jobManager.receive(message))
    return true
  }

  /** kill −9. */
  kill(): boolean {
    this.die(null, 'SIGKILL')
    return true
  }

  /** What a process has said is heard after its death, too. */
  private tell(report: JobManagerReport): void {
    if (report.kind === 'leading') this.token = report.token
    if (this.process.isAlive) this.of.site.world.after(this.delayMs, () => this.emit('message', report))
  }

  private die(code: number | null, signal: string | null): void {
    const {process, delayMs} = this
    if (!process.isAlive) return
    process.isAlive = false
    const {site} = this.of
    site.net.died(process)
    site.world.after(delayMs, () => this.emit('exit', code, signal))
  }
}
