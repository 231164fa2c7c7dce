import type {ChildProcess} from 'node:child_process'
import type {Configuration} from '../config/index.js'
import {taskManagerId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import {type JobHandle, JobManager} from '../jobmanager/index.js'
import {type Log, NodeClock, NodeDisk, NodeNet, NodeRandom, NodeTimers} from '../platform/index.js'
import {ClusterProcesses} from './cluster-processes.js'
import {ControlServer} from './control-server.js'
import {keepJournal} from './keep-journal.js'
import {relayStdout} from './relay-stdout.js'
import {createRunDirectory, sweepStaleRunDirectories} from './run-directory.js'
import {onStderrLines} from './stderr-lines.js'
import {type TaskManagerSettings, taskManagerEntry} from './task-manager-entry.js'

/** How long TaskManagers that were told to end may take before they are killed. */
const SHUTDOWN_MS_MAX = 500

export interface LocalClusterOptions {
  readonly configuration: Configuration
  readonly numTaskManagers: number
  readonly slotsPerTaskManager: number
  readonly log: Log
  /** What a TaskManager writes to its stderr, line by line. */
  onTaskManagerLine(taskManagerId: string, line: string): void
  /** Where stdout is a terminal: waited for before the first of a result is printed. */
  beforeOutput(): Promise<void>
}

/**
 * A JobManager in this process and TaskManagers in forked ones, for as long as somebody wants to run jobs.
 *
 *   start ─▶ runJob … ─▶ stop     orderly: TaskManagers end by themselves, then the run directory goes
 *                 └────▶ kill     at once
 *
 * Errors   `user` from the run directory, `restartable` from its socket; a TaskManager that does not start fails the job.
 */
export class LocalCluster {
  private readonly timers = new NodeTimers()
  private allExited: () => void = () => {}
  private startedCount = 0
  private readonly jobs: JobHandle[] = []
  private readonly control: ControlServer
  private readonly relays: Promise<void>[] = []

  private constructor(
    private readonly options: LocalClusterOptions,
    private readonly processes: ClusterProcesses,
    private readonly jobManager: JobManager,
  ) {
    const {log} = options
    const {runDirectory} = processes
    this.control = new ControlServer({runDirectory, net: new NodeNet(), log, jobs: () => this.jobs})
  }

  /** Starts what the launcher has not started yet. Does not wait for registrations: a job waits for its slots. */
  static async start(
    options: LocalClusterOptions,
    processes = new ClusterProcesses(createRunDirectory()),
  ): Promise<LocalCluster> {
    const jobManager = await JobManager.start({
      runDir: processes.runDirectory,
      config: options.configuration,
      net: new NodeNet(),
      clock: new NodeClock(),
      timers: new NodeTimers(),
      log: options.log,
      disk: new NodeDisk(),
      random: new NodeRandom(),
      keepJournal: (split, folder, inherits) =>
        keepJournal({split, folder, ...(inherits && {inherits})}, {config: options.configuration, log: options.log}),
    })
    const cluster = new LocalCluster(options, processes, jobManager)
    cluster.startTaskManagers()
    void cluster.control.listen()
    sweepStaleRunDirectories(processes.runDirectory)
    return cluster
  }

  get runDirectory(): string {
    return this.processes.runDirectory
  }

  runJob(graph: JobGraphSpec): JobHandle {
    const job = this.jobManager.submitJob(graph)
    this.jobs.push(job)
    return job
  }

  /** Tells the TaskManagers to end, waits until they have, and removes the run directory. */
  async stop(): Promise<void> {
    const exited = this.whenAllExited()
    const overdue = this.timers.after(SHUTDOWN_MS_MAX, () => this.processes.killAll())
    await this.jobManager.shutdown()
    await this.control.close()
    await exited
    await Promise.all(this.relays)
    overdue.cancel()
    this.processes.release()
  }

  /** At once: kills the TaskManagers and removes the run directory. */
  kill(): void {
    this.processes.killAll()
  }

  private startTaskManagers(): void {
    const {numTaskManagers, slotsPerTaskManager} = this.options
    this.jobManager.expectTaskManagers(numTaskManagers, slotsPerTaskManager)
    this.jobManager.onKillTaskManager((id) => this.processes.kill(id))
    this.jobManager.onStartTaskManagers((count) => this.startMore(count))
    this.startMore(numTaskManagers)
  }

  /** An id is used once: a replacement has the next number. */
  private startMore(count: number): void {
    for (let i = 0; i < count; i++) {
      this.startedCount += 1
      const id = `tm-${this.startedCount}`
      this.startTaskManager(id)
      this.jobManager.taskManagersStarted([taskManagerId(id)])
    }
  }

  private startTaskManager(id: string): void {
    const child = this.awaitingTaskManager(id) ?? this.forkTaskManager(id)
    this.relays.push(relayStdout(child.stdout, () => this.options.beforeOutput()))
    onStderrLines(child.stderr, (line) => this.options.onTaskManagerLine(id, line))
    child.once('exit', (code, signal) => this.taskManagerExited(id, {code, signal}))
  }

  /** One that the launcher has forked: it is told its settings now. */
  private awaitingTaskManager(id: string): ChildProcess | undefined {
    const child = this.processes.get(id)
    // A child that is gone already has an exit event, which says more than a failed send.
    if (child?.connected) child.send(this.settings, () => {})
    return child
  }

  private forkTaskManager(id: string): ChildProcess {
    const {runDirectory} = this.processes
    return this.processes.fork(id, taskManagerEntry({runDirectory, taskManagerId: id, settings: this.settings}))
  }

  private get settings(): TaskManagerSettings {
    const {slotsPerTaskManager, configuration} = this.options
    return {slots: slotsPerTaskManager, config: configuration.toEntries()}
  }

  private taskManagerExited(id: string, exit: {code: number | null; signal: NodeJS.Signals | null}): void {
    this.jobManager.taskManagerExited(taskManagerId(id), exit)
    if (this.processes.aliveCount === 0) this.allExited()
  }

  private whenAllExited(): Promise<void> {
    if (this.processes.aliveCount === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.allExited = resolve
    })
  }
}
