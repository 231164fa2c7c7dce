import type {ChildProcess} from 'node:child_process'
import {JobManagerProcesses, type JobManagerReport} from '../cluster/index.js'
import type {ErrorData} from '../core/index.js'
import {writeGraph} from '../leadership/index.js'
import type {JobResult} from '../metrics/index.js'
import {masterConfiguration} from './master-configuration.js'
import {LEADERSHIP_FOLDER} from './sim-disk.js'
import {SimJobManager} from './sim-job-manager.js'
import type {ProcessEnd, SimMaster, SimMasterOptions} from './sim-master.js'
import {SimProcess} from './sim-process.js'

const STANDBYS = 1

/**
 * JobManagers of which one leads, as in `fts run` with high availability: the engine's election, lease, store and supervision of processes; what the
 * command does besides is played here.
 */
export class SimStandbyMaster implements SimMaster {
  readonly result: Promise<JobResult>
  private readonly jobManagers: SimJobManager[] = []
  private readonly processes: SimProcess[] = []
  private readonly supervisor: JobManagerProcesses
  private readonly taskManagers = new Set<string>()
  /** TaskManagers that a leader has been told of. */
  private known: readonly string[] = []
  private readonly journals = new Set<string>()
  private leaders = 0
  private end: (result: JobResult) => void = () => {}

  private constructor(
    private readonly options: SimMasterOptions,
    /** Where the job lies. */
    private readonly folder: string,
  ) {
    const {slotsEach, runDirectory, site} = options
    this.result = new Promise((resolve) => {
      this.end = resolve
    })
    this.supervisor = new JobManagerProcesses({
      processes: {forkJobManager: (id) => this.fork(id)},
      clock: site.world,
      settings: {runDirectory, folder, config: masterConfiguration().toEntries(), slotsPerTaskManager: slotsEach},
      standbyCount: STANDBYS,
      leaderChanged: () => this.leaderChanged(),
      received: (report) => this.received(report),
      failed: (error) => this.failed(error.toData()),
      said: () => {},
    })
  }

  static async start(options: SimMasterOptions): Promise<SimStandbyMaster> {
    const command = new SimProcess('command', options.site.world)
    const folder = await writeGraph(options.site.disk.of(command), LEADERSHIP_FOLDER, options.graph)
    const master = new SimStandbyMaster(options, folder)
    master.supervisor.start()
    master.startMore(options.taskManagerCount)
    return master
  }

  get takeovers(): number {
    return Math.max(0, this.leaders - 1)
  }

  taskManagerExited(taskManagerId: string, exit: ProcessEnd): void {
    this.taskManagers.delete(taskManagerId)
    this.supervisor.send({kind: 'taskManagerExited', taskManagerId, exit})
  }

  kill(): boolean {
    return this.leader()?.kill() === true
  }

  stop(forMs: number): boolean {
    const leader = this.leader()
    leader?.process.stop(forMs)
    return leader !== undefined
  }

  /** If it lives and is awake. */
  private leader(): SimJobManager | undefined {
    const leaders = this.jobManagers.filter(({token}) => token > 0).sort((a, b) => a.token - b.token)
    return leaders.slice(-1).find(({process}) => process.isAlive && !process.isStopped)
  }

  private fork(id: string): ChildProcess {
    const {site, random} = this.options
    const one = new SimJobManager(id, {site, random: random.fork(id), processes: this.processes})
    this.jobManagers.push(one)
    return one as unknown as ChildProcess
  }

  private startMore(count: number): readonly string[] {
    const ids = this.options.startTaskManagers(count, this.folder)
    for (const id of ids) this.taskManagers.add(id)
    return ids
  }

  private leaderChanged(): void {
    this.leaders += 1
    const leftIds = this.known.filter((id) => this.taskManagers.has(id))
    this.startMore(this.options.taskManagerCount - this.taskManagers.size)
    this.known = [...this.taskManagers]
    const startedIds = this.known.filter((id) => !leftIds.includes(id))
    this.supervisor.send({kind: 'lead', taskManagerCount: this.taskManagers.size, leftIds, startedIds})
  }

  private startForLeader(count: number): void {
    const taskManagerIds = this.startMore(count)
    this.known = [...this.taskManagers]
    this.supervisor.send({kind: 'taskManagersStarted', taskManagerIds})
  }

  private received(report: JobManagerReport): void {
    switch (report.kind) {
      case 'ended':
        this.end(report.result)
        break
      case 'startTaskManagers':
        this.startForLeader(report.count)
        break
      case 'killTaskManager':
        this.options.killTaskManager(report.taskManagerId)
        break
      case 'keepJournal':
        if (!this.journals.has(report.folder)) this.options.keepJournal(report.folder)
        this.journals.add(report.folder)
        break
      case 'failed':
        this.failed(report.error)
    }
  }

  private failed(error: ErrorData): void {
    const {jobId, name, mode} = this.options.graph
    const nothing = {startedAtMs: 0, durationMs: 0, vertices: [], edges: [], taskManagers: []}
    this.end({status: 'FAILED', view: {jobId, name, mode, status: 'FAILED', ...nothing}, reports: {}, error})
  }
}
