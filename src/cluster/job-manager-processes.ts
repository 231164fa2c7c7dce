import type {ChildProcess} from 'node:child_process'
import {join} from 'node:path'
import {FtsError} from '../core/index.js'
import type {Clock} from '../platform/index.js'
import type {ClusterProcesses} from './cluster-processes.js'
import {packageRoot} from './package-root.js'
import {onStderrLines} from './stderr-lines.js'
import type {JobManagerReport, JobManagerSettings, SupervisorMessage} from './supervisor-messages.js'

/** So many in a row that end by themselves, with an error: the next would not do better. */
const FAILED_MAX = 5

/** One that has lived so long has done its work for a while: those that failed before it are forgotten. */
const STEADY_MS = 60_000

export interface JobManagerProcessesOptions {
  readonly processes: Pick<ClusterProcesses, 'forkJobManager'>
  readonly settings: Omit<JobManagerSettings, 'jobManagerId'>
  readonly standbyCount: number
  readonly clock: Clock
  /** Somebody else leads from now on. */
  leaderChanged(token: number): void
  /** From who leads. */
  received(report: JobManagerReport): void
  /** None can be started. */
  failed(error: FtsError): void
  said(jobManagerId: string, line: string): void
}

/** The JobManager of a job and its standbys: when one ends, another is started. */
export class JobManagerProcesses {
  private readonly alive = new Map<string, ChildProcess>()
  private leader: {readonly jobManagerId: string; readonly token: number} | undefined
  private readonly formerLeaders = new Set<string>()
  private startedCount = 0
  private failedCount = 0
  /** What the last that failed has said. */
  private lastWords = ''
  private isStopping = false

  constructor(private readonly options: JobManagerProcessesOptions) {}

  /** One; the standbys are started when it leads, so that they do not slow the start down. */
  start(): void {
    this.startOne()
  }

  /** To who leads. Nobody: it is told what it needs when it does. */
  send(message: SupervisorMessage): void {
    if (this.leader !== undefined) this.sendTo(this.leader.jobManagerId, message)
  }

  /** The leader ends orderly; the others have nothing to do. */
  stop(): void {
    this.isStopping = true
    for (const [id, child] of this.alive) {
      if (id === this.leader?.jobManagerId) this.sendTo(id, {kind: 'shutdown'})
      else child.kill('SIGKILL')
    }
  }

  private startOne(): void {
    this.startedCount += 1
    const jobManagerId = `jm-${this.startedCount}`
    const child = this.options.processes.forkJobManager(jobManagerId, join(packageRoot(), 'dist/bundle/jobmanager.cjs'))
    const startedAtMs = this.options.clock.monotonicMs()
    this.alive.set(jobManagerId, child)
    onStderrLines(child.stderr, (line) => this.said(jobManagerId, line))
    child.on('message', (report) => this.receive(jobManagerId, report as JobManagerReport))
    child.once('exit', (code, signal) => this.exited(jobManagerId, {code, signal, startedAtMs}))
    this.sendTo(jobManagerId, {kind: 'settings', settings: {...this.options.settings, jobManagerId}})
  }

  private sendTo(jobManagerId: string, message: SupervisorMessage): void {
    const child = this.alive.get(jobManagerId)
    // One that is gone already has an exit event, which says more than a failed send.
    if (child?.connected) child.send(message, () => {})
  }

  private receive(jobManagerId: string, report: JobManagerReport): void {
    if (report.kind === 'leading') this.leads(jobManagerId, report.token)
    else if (report.kind === 'log' || report.kind === 'failed') this.options.received(report)
    // Who leads no more has nothing to say, though it may not know that yet.
    else if (jobManagerId === this.leader?.jobManagerId) this.options.received(report)
  }

  private leads(jobManagerId: string, token: number): void {
    if (this.leader !== undefined && token <= this.leader.token) return
    if (this.leader !== undefined) this.formerLeaders.add(this.leader.jobManagerId)
    this.leader = {jobManagerId, token}
    this.options.leaderChanged(token)
    this.startMissing()
  }

  private said(jobManagerId: string, line: string): void {
    this.lastWords = line
    this.options.said(jobManagerId, line)
  }

  private exited(jobManagerId: string, exit: JobManagerExit): void {
    this.alive.delete(jobManagerId)
    if (this.isStopping) return
    this.countFailure(exit)
    if (this.failedCount < FAILED_MAX) this.startMissing()
    else this.options.failed(noJobManager(exit, this.lastWords))
  }

  /** Also one that leads: if it ends because of what it leads, so will the next. Killed by somebody else: that says nothing of the next. */
  private countFailure({code, signal, startedAtMs}: JobManagerExit): void {
    if (this.options.clock.monotonicMs() - startedAtMs >= STEADY_MS) this.failedCount = 0
    if (code !== null || signal === 'SIGABRT') this.failedCount += 1
  }

  /** A leader before that is only stopped counts for nothing: it ends when it wakes. */
  private startMissing(): void {
    if (this.isStopping) return
    const useful = [...this.alive.keys()].filter((id) => !this.formerLeaders.has(id))
    for (let count = useful.length; count < 1 + this.options.standbyCount; count++) this.startOne()
  }
}

interface JobManagerExit {
  readonly code: number | null
  readonly signal: string | null
  readonly startedAtMs: number
}

function noJobManager({code, signal}: JobManagerExit, lastWords: string): FtsError {
  const how = code === null ? `by ${signal}` : `with exit code ${code}`
  const said = lastWords === '' ? '' : `, and said: ${lastWords}`
  return new FtsError(
    'restartable',
    'FTS_JOBMANAGER_LOST',
    `${FAILED_MAX} JobManagers in a row ended by themselves, the last ${how}${said}`,
    {code, signal},
    {tryThis: 'Run the job again with --verbose; it goes on from its last checkpoint.'},
  )
}
