import {Configuration, OPTIONS} from '../config/index.js'
import {assert, type ErrorData, FtsError, type Split, taskManagerId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import {type JobHandle, JobManager, type KeptJournal} from '../jobmanager/index.js'
import {
  FileLeaderElection,
  type JobRecord,
  LEADERSHIP_LOST,
  type LeaderRecord,
  type Leadership,
  readGraph,
} from '../leadership/index.js'
import type {Clock, Disk, Log, Net, Processes, Random, Timers} from '../platform/index.js'
import {copyJournal, makeJournalFolder} from './journal-folder.js'
import type {JobManagerReport, JobManagerSettings, SupervisorMessage} from './supervisor-messages.js'

/** A disk that is full for a moment is waited for so long. */
const STORE_MS_MAX = 10_000
const STORE_RETRY_MS = 200
/** So many signs of life within the lease's duration. */
const RENEWALS = 8

/** What the process has of the world. */
export interface JobManagerParts {
  readonly clock: Clock
  readonly timers: Timers
  readonly disk: Disk
  readonly net: Net
  readonly random: Random
  readonly processes: Processes
}

export interface JobManagerChannel {
  send(report: JobManagerReport): void
  /** Ends this process: its work is done. */
  exit(): void
  /** Ends this process at once: whatever it would do now could be wrong. */
  end(why: FtsError): void
}

/**
 * A JobManager in a process of its own: waits until it leads, then goes on with the job where the leader before has left it.
 *
 *   settings ─▶ campaign … ─▶ leading ─▶ lead: the job runs ─▶ ended ─▶ shutdown
 */
export class JobManagerProcess {
  private settings: JobManagerSettings | undefined
  private leadership: Leadership | undefined
  private jobManager: JobManager | undefined
  private graph: JobGraphSpec | undefined
  private job: JobHandle | undefined

  constructor(
    private readonly channel: JobManagerChannel,
    private readonly parts: JobManagerParts,
  ) {}

  receive(message: SupervisorMessage): void {
    switch (message.kind) {
      case 'settings':
        void this.campaign(message.settings).catch((error) => this.fail(error))
        break
      case 'lead':
        this.lead(message)
        break
      case 'taskManagersStarted':
        this.jobManager?.taskManagersStarted(message.taskManagerIds.map((id) => taskManagerId(id)))
        break
      case 'taskManagerExited':
        this.jobManager?.taskManagerExited(taskManagerId(message.taskManagerId), message.exit)
        break
      case 'view':
        if (this.job !== undefined) this.channel.send({kind: 'view', view: this.job.view()})
        break
      case 'cancel':
        this.job?.cancel()
        break
      case 'savepoint':
        void this.savepoint(message)
        break
      case 'shutdown':
        void this.jobManager?.shutdown().finally(() => this.channel.exit())
    }
  }

  private async campaign(settings: JobManagerSettings): Promise<void> {
    this.settings = settings
    const config = Configuration.fromEntries(settings.config)
    const {folder, jobManagerId, runDirectory} = settings
    const address = `${runDirectory}/${jobManagerId}.sock`
    const election = new FileLeaderElection({
      ...this.parts,
      folder,
      jobManagerId,
      address,
      leaseDurationMs: config.get(OPTIONS.leaseDuration),
      retryPeriodMs: config.get(OPTIONS.leaseRetryPeriod),
    })
    const leadership = await election.campaign()
    this.leadership = leadership
    this.keepLease(leadership, config.get(OPTIONS.leaseDuration))
    this.graph = await readGraph(this.parts.disk, folder)
    this.jobManager = await this.start(settings, {config, address, leadership})
    this.channel.send({kind: 'leading', token: leadership.token})
  }

  private keepLease(leadership: Leadership, durationMs: number): void {
    this.parts.timers.every(durationMs / RENEWALS, () => {
      void leadership.renew().catch((error) => this.channel.end(FtsError.from(error)))
    })
  }

  private async start(
    {runDirectory, folder}: JobManagerSettings,
    of: {readonly config: Configuration; readonly address: string; readonly leadership: Leadership},
  ): Promise<JobManager> {
    const {config, address, leadership} = of
    const jobManager = await JobManager.start({
      ...this.parts,
      runDir: runDirectory,
      config,
      address,
      log: this.log,
      defaultCheckpointDirectory: `${folder}/checkpoints`,
      leader: {token: leadership.token, store: (_, record) => this.store(leadership, record)},
      keepJournal: (split, journal, inherits) => this.keepJournal(split, journal, inherits),
    })
    jobManager.onStartTaskManagers((count) => this.channel.send({kind: 'startTaskManagers', count}))
    jobManager.onKillTaskManager((id) => this.channel.send({kind: 'killTaskManager', taskManagerId: id}))
    return jobManager
  }

  private lead(of: Extract<SupervisorMessage, {kind: 'lead'}>): void {
    const {settings, leadership, jobManager, graph} = this
    if (settings === undefined || leadership === undefined || jobManager === undefined) return
    assert(graph !== undefined, 'a job is stored before there is a leader', {folder: settings.folder})
    jobManager.takeOverTaskManagers(of.leftIds.map((id) => taskManagerId(id)))
    jobManager.expectTaskManagers(of.taskManagerCount, settings.slotsPerTaskManager)
    jobManager.taskManagersStarted(of.startedIds.map((id) => taskManagerId(id)))
    const record = leadership.state as JobRecord | undefined
    if (record?.result !== undefined) {
      this.channel.send({kind: 'ended', result: record.result})
      return
    }
    const {former} = leadership
    const recovered = former && {record, error: this.takenOver(former, settings.jobManagerId)}
    this.job = jobManager.submitJob(graph, recovered)
    void this.job.result.then((result) => this.channel.send({kind: 'ended', result}))
  }

  private takenOver({jobManagerId, process: {pid}, process: former}: LeaderRecord, ownId: string): ErrorData {
    const how = this.parts.processes.isGone(former) ? 'has ended' : 'gave no sign of life'
    const message = `JobManager ${jobManagerId} (process ${pid}) ${how}; ${ownId} (process ${this.parts.processes.own.pid}) goes on with the job`
    return new FtsError('restartable', 'FTS_JOBMANAGER_LOST', message, {jobManagerId, pid}).toData()
  }

  /** Settles when the record is stored, or never: then this process ends. */
  private async store(leadership: Leadership, record: JobRecord): Promise<void> {
    const {clock, timers} = this.parts
    const endMs = clock.monotonicMs() + STORE_MS_MAX
    for (;;) {
      try {
        await leadership.append(record)
        return
      } catch (thrown) {
        const error = FtsError.from(thrown)
        if (error.code === LEADERSHIP_LOST) this.channel.end(error)
        else if (clock.monotonicMs() > endMs) this.fail(error)
        if (error.code === LEADERSHIP_LOST || clock.monotonicMs() > endMs) throw error
        this.log.write('warn', error.message)
      }
      await new Promise<void>((resolve) => timers.after(STORE_RETRY_MS, resolve))
    }
  }

  /** The command keeps journals: it has the standard input, and lives longer. The folder is there when this returns. */
  private keepJournal(split: Split, folder: string, inherits?: readonly string[]): KeptJournal {
    makeJournalFolder(folder, inherits)
    this.channel.send({kind: 'keepJournal', split, folder})
    return {
      close: (restIn) => {
        // Here, since the folder goes at once; what is read in this moment is lost, as what waits in a pipe.
        if (restIn !== undefined) copyJournal(folder, restIn)
        this.channel.send({kind: 'closeJournal', folder})
      },
    }
  }

  private async savepoint({requestId, ...of}: Extract<SupervisorMessage, {kind: 'savepoint'}>): Promise<void> {
    try {
      assert(this.job !== undefined, 'a savepoint is asked of a job that runs')
      this.channel.send({kind: 'savepointEnded', requestId, folder: await this.job.savepoint(of)})
    } catch (error) {
      this.channel.send({kind: 'savepointEnded', requestId, error: FtsError.from(error).toData()})
    }
  }

  private fail(error: unknown): void {
    this.channel.send({kind: 'failed', error: FtsError.from(error).toData()})
  }

  private readonly log: Log = {
    write: (level, message, fields = {}) => this.channel.send({kind: 'log', level, message, fields}),
  }
}
