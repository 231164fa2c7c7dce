import type {ChildProcess} from 'node:child_process'
import {OPTIONS} from '../config/index.js'
import {FtsError} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {JobHandle, KeptJournal} from '../jobmanager/index.js'
import {
  claimFolder,
  findSubmittedJob,
  removeSubmittedJob,
  type SubmittedJob,
  storageFolder,
  storageFolderError,
  writeGraph,
} from '../leadership/index.js'
import {NodeClock, NodeDisk, NodeNet, NodeProcesses, NodeRandom, NodeTimers} from '../platform/index.js'
import type {ClusterProcesses} from './cluster-processes.js'
import {ControlServer} from './control-server.js'
import {JobManagerProcesses} from './job-manager-processes.js'
import {keepJournal} from './keep-journal.js'
import type {LocalClusterOptions} from './local-cluster.js'
import {relayStdout} from './relay-stdout.js'
import {RemoteJob} from './remote-job.js'
import {sweepStaleRunDirectories} from './run-directory.js'
import {checkSameProgram} from './same-program.js'
import {onStderrLines} from './stderr-lines.js'
import type {JobManagerReport} from './supervisor-messages.js'
import {type TaskManagerSettings, taskManagerEntry} from './task-manager-entry.js'

/** How long processes that were told to end may take before they are killed. */
const SHUTDOWN_MS_MAX = 500

/**
 * A job's JobManager, its standbys and its TaskManagers, each a process; this one only supervises them. What must outlive a JobManager
 * (the graph, who leads, which checkpoints are complete) lies in high-availability.storageDir.
 *
 *   runJob ─▶ claim the folder, store the graph, fork ─▶ leading ─▶ lead … ended ─▶ stop: what was stored goes
 *                                                          └─ killed ─▶ another leads, the TaskManagers register there
 *
 * Errors   `user` FTS_HIGH_AVAILABILITY_FOLDER, _IN_USE, FTS_OTHER_JOB, FTS_LEADERSHIP_DAMAGED.
 */
export class StandbyCluster {
  private readonly disk = new NodeDisk()
  private readonly timers = new NodeTimers()
  private readonly control: ControlServer
  private readonly relays: Promise<void>[] = []
  private readonly journals = new Map<string, KeptJournal>()
  /** TaskManagers that a leader has been told of. */
  private known: readonly string[] = []
  private readonly taskManagers = new Set<string>()
  private startedCount = 0
  private jobManagers: JobManagerProcesses | undefined
  private job: RemoteJob | undefined
  private submitted: {readonly storage: string; readonly folder: string} | undefined
  private claim: {release(): Promise<void>} | undefined
  /** The job could not be brought to its end: it is kept, for the next command. */
  private isAbandoned = false

  constructor(
    private readonly options: LocalClusterOptions,
    private readonly processes: ClusterProcesses,
  ) {
    const jobs = () => (this.job === undefined ? [] : [this.job])
    this.control = new ControlServer({
      runDirectory: processes.runDirectory,
      net: new NodeNet(),
      log: options.log,
      jobs,
    })
  }

  get runDirectory(): string {
    return this.processes.runDirectory
  }

  async runJob(planned: JobGraphSpec): Promise<JobHandle> {
    const storage = storageFolder(this.options.configuration, planned.jobModule?.executionIndex ?? 0)
    this.claim = await claimFolder(storage, {
      disk: this.disk,
      processes: new NodeProcesses(),
      random: new NodeRandom(),
    })
    const before = await findSubmittedJob(this.disk, storage)
    if (before !== undefined) checkSameProgram(before, planned)
    const graph = before === undefined ? planned : {...planned, jobId: before.graph.jobId}
    const folder = await this.store(storage, graph)
    this.submitted = {storage, folder}
    const job = this.remoteJob(graph)
    if (before?.record?.result !== undefined) job.ended(before.record.result)
    else this.startProcesses(folder, before)
    void this.control.listen()
    sweepStaleRunDirectories(this.processes.runDirectory)
    return job
  }

  /** Tells the processes to end, waits until they have, and removes what was stored of the job, and the run directory. */
  async stop(): Promise<void> {
    const exited = this.processes.whenAllExited()
    const overdue = this.timers.after(SHUTDOWN_MS_MAX, () => this.processes.killAll())
    this.jobManagers?.stop()
    await this.control.close()
    for (const journal of this.journals.values()) journal.close()
    if (this.jobManagers === undefined) this.processes.killAll()
    await exited
    await Promise.all(this.relays)
    overdue.cancel()
    await this.forget()
    this.processes.release()
  }

  /** At once: kills the processes and removes the run directory. What was stored stays. */
  kill(): void {
    this.processes.killAll()
  }

  private async store(storage: string, graph: JobGraphSpec): Promise<string> {
    try {
      return await writeGraph(this.disk, storage, graph)
    } catch (error) {
      throw storageFolderError(storage, error)
    }
  }

  private remoteJob(graph: JobGraphSpec): RemoteJob {
    this.job = new RemoteJob(graph, {
      nowMs: new NodeClock().nowMs(),
      send: (message) => this.jobManagers?.send(message),
      after: (delayMs, callback) => void this.timers.after(delayMs, callback),
    })
    return this.job
  }

  private startProcesses(folder: string, before: SubmittedJob | undefined): void {
    const {configuration, slotsPerTaskManager, numTaskManagers, log} = this.options
    if (before !== undefined) log.write('info', `goes on with the job that an earlier command has left in ${folder}`)
    this.jobManagers = new JobManagerProcesses({
      processes: this.processes,
      settings: {
        runDirectory: this.processes.runDirectory,
        folder,
        config: configuration.toEntries(),
        slotsPerTaskManager,
      },
      standbyCount: configuration.get(OPTIONS.highAvailabilityStandbys),
      clock: new NodeClock(),
      leaderChanged: () => this.leaderChanged(),
      received: (report) => this.received(report),
      failed: (error) => this.abandon(error),
      said: (id, line) => log.write('info', line, {from: id}),
    })
    this.jobManagers.start()
    this.startMore(numTaskManagers, folder)
  }

  private leaderChanged(): void {
    const leftIds = this.known.filter((id) => this.taskManagers.has(id))
    // The new leader has lost none of those that ended with the one before, so it replaces none.
    this.startMore(this.options.numTaskManagers - this.taskManagers.size, this.submitted!.folder)
    this.known = [...this.taskManagers]
    const startedIds = this.known.filter((id) => !leftIds.includes(id))
    this.jobManagers?.send({kind: 'lead', taskManagerCount: this.taskManagers.size, leftIds, startedIds})
    this.job?.leaderChanged()
  }

  private startForLeader(count: number): void {
    const taskManagerIds = this.startMore(count, this.submitted!.folder)
    this.known = [...this.taskManagers]
    this.jobManagers?.send({kind: 'taskManagersStarted', taskManagerIds})
  }

  private received(report: JobManagerReport): void {
    switch (report.kind) {
      case 'view':
        this.job?.viewed(report.view)
        break
      case 'ended':
        this.job?.ended(report.result)
        break
      case 'savepointEnded':
        this.job?.savepointEnded(report)
        break
      case 'startTaskManagers':
        this.startForLeader(report.count)
        break
      case 'killTaskManager':
        this.processes.kill(report.taskManagerId)
        break
      case 'keepJournal':
        this.keepJournal(report)
        break
      case 'closeJournal':
        this.journals.get(report.folder)?.close()
        this.journals.delete(report.folder)
        break
      case 'failed':
        this.abandon(FtsError.fromData(report.error))
        break
      case 'log':
        this.options.log.write(report.level, report.message, report.fields)
    }
  }

  /** A JobManager that takes over asks for the same journals. */
  private keepJournal({split, folder}: Extract<JobManagerReport, {kind: 'keepJournal'}>): void {
    const {configuration: config, log} = this.options
    if (!this.journals.has(folder)) this.journals.set(folder, keepJournal({split, folder}, {config, log}))
  }

  private abandon(error: FtsError): void {
    this.isAbandoned = true
    this.job?.abandoned(error.toData())
  }

  private async forget(): Promise<void> {
    if (this.submitted !== undefined && !this.isAbandoned)
      await removeSubmittedJob(this.disk, this.submitted).catch((error: Error) =>
        this.options.log.write('warn', `what was stored of the job could not be removed: ${error.message}`),
      )
    await this.claim?.release()
  }

  // ── TaskManagers ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** An id is used once: a replacement has the next number. */
  private startMore(count: number, leaderFolder: string): readonly string[] {
    const ids = Array.from({length: Math.max(0, count)}, (_, index) => `tm-${this.startedCount + index + 1}`)
    this.startedCount += ids.length
    for (const id of ids) this.startTaskManager(id, leaderFolder)
    return ids
  }

  private startTaskManager(id: string, leaderFolder: string): void {
    const settings = this.settings(leaderFolder)
    const child = this.awaitingTaskManager(id, settings) ?? this.forkTaskManager(id, settings)
    this.taskManagers.add(id)
    this.relays.push(relayStdout(child.stdout, () => this.options.beforeOutput()))
    onStderrLines(child.stderr, (line) => this.options.onTaskManagerLine(id, line))
    child.once('exit', (code, signal) => {
      this.taskManagers.delete(id)
      this.jobManagers?.send({kind: 'taskManagerExited', taskManagerId: id, exit: {code, signal}})
    })
  }

  /** One that the launcher has forked: it is told its settings now. */
  private awaitingTaskManager(id: string, settings: TaskManagerSettings): ChildProcess | undefined {
    const child = this.processes.get(id)
    if (child?.connected) child.send(settings, () => {})
    return child
  }

  private forkTaskManager(id: string, settings: TaskManagerSettings): ChildProcess {
    const {runDirectory} = this.processes
    return this.processes.fork(id, taskManagerEntry({runDirectory, taskManagerId: id, settings}))
  }

  private settings(leaderFolder: string): TaskManagerSettings {
    const {slotsPerTaskManager, configuration} = this.options
    return {slots: slotsPerTaskManager, config: configuration.toEntries(), leaderFolder}
  }
}
