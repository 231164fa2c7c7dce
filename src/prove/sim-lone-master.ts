import {taskManagerId} from '../core/index.js'
import {JobManager} from '../jobmanager/index.js'
import type {JobResult} from '../metrics/index.js'
import {SilentLog} from '../platform/index.js'
import {masterConfiguration} from './master-configuration.js'
import type {ProcessEnd, SimMaster, SimMasterOptions} from './sim-master.js'
import {SimProcess} from './sim-process.js'

/** A JobManager with nobody beside it, as in `fts run` without high availability: it does not die. */
export class SimLoneMaster implements SimMaster {
  readonly takeovers = 0

  private constructor(
    private readonly jobManager: JobManager,
    readonly result: Promise<JobResult>,
  ) {}

  static async start(options: SimMasterOptions): Promise<SimLoneMaster> {
    const {site, random, runDirectory, graph, taskManagerCount, slotsEach} = options
    const process = new SimProcess('JobManager', site.world)
    const jobManager = await JobManager.start({
      runDir: runDirectory,
      config: masterConfiguration(),
      net: site.net.of(process),
      clock: site.world,
      timers: process,
      log: new SilentLog(),
      disk: site.disk.of(process),
      random,
      keepJournal: (_split, folder) => {
        options.keepJournal(folder)
        return {close: () => {}}
      },
    })
    const startMore = (count: number) =>
      jobManager.taskManagersStarted(options.startTaskManagers(count).map((id) => taskManagerId(id)))
    jobManager.onStartTaskManagers(startMore)
    jobManager.onKillTaskManager((id) => options.killTaskManager(id))
    jobManager.expectTaskManagers(taskManagerCount, slotsEach)
    startMore(taskManagerCount)
    return new SimLoneMaster(jobManager, jobManager.submitJob(graph).result)
  }

  taskManagerExited(id: string, end: ProcessEnd): void {
    this.jobManager.taskManagerExited(taskManagerId(id), end)
  }

  kill(): boolean {
    return false
  }

  stop(): boolean {
    return false
  }
}
