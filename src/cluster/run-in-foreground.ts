import type {JobGraphSpec} from '../graph/index.js'
import type {JobHandle} from '../jobmanager/index.js'
import {isHighlyAvailable} from '../leadership/index.js'
import type {JobResult} from '../metrics/index.js'
import {NodeTimers} from '../platform/index.js'
import {ClusterProcesses} from './cluster-processes.js'
import {takeHandover} from './handover.js'
import {LocalCluster, type LocalClusterOptions} from './local-cluster.js'
import {createRunDirectory} from './run-directory.js'
import {exitCodeOf, onTerminationSignals, type TerminationSignal} from './termination-signals.js'

/** Everything of an interrupted job is gone within a second; what is not by then is killed. */
const INTERRUPTED_MS_MAX = 900

export interface ForegroundOptions extends LocalClusterOptions {
  /** The job; a function is called with the run directory, in which it may put what the job needs. */
  readonly graph: JobGraphSpec | ((runDirectory: string) => Promise<JobGraphSpec>)
  /** The job has been submitted. */
  onRunning(job: JobHandle): void
}

/** A cluster for one job. */
interface ForegroundCluster {
  readonly runDirectory: string
  runJob(graph: JobGraphSpec): JobHandle | Promise<JobHandle>
  stop(): Promise<void>
  kill(): void
}

export interface ForegroundEnd {
  readonly result: JobResult
  /** It was interrupted. */
  readonly signal: TerminationSignal | undefined
}

/**
 * Starts a cluster for one job, runs the job and stops the cluster. The first Ctrl-C (or TERM, HUP) cancels the job; a second
 * one, or a job that takes too long to stop, kills the processes, removes the run directory and exits at once. When it
 * returns, all output is out and nothing is left.
 */
export async function runInForeground(options: ForegroundOptions): Promise<ForegroundEnd> {
  const handover = takeHandover()
  const cluster = await startCluster(options, handover?.processes)
  const interruption = new Interruption(cluster)
  handover?.releaseSignals()
  try {
    const {graph} = options
    const job = await cluster.runJob(typeof graph === 'function' ? await graph(cluster.runDirectory) : graph)
    interruption.cancels(job)
    options.onRunning(job)
    const result = await job.result
    await cluster.stop()
    await options.beforeOutput()
    return {result, signal: interruption.signal}
  } finally {
    interruption.release()
    cluster.kill()
  }
}

async function startCluster(options: ForegroundOptions, processes?: ClusterProcesses): Promise<ForegroundCluster> {
  if (!isHighlyAvailable(options.configuration)) return LocalCluster.start(options, processes)
  const {StandbyCluster} = await import('./standby-cluster.js')
  return new StandbyCluster(options, processes ?? new ClusterProcesses(createRunDirectory()))
}

/** What signals do to the job of a cluster. */
class Interruption {
  signal: TerminationSignal | undefined
  private job: JobHandle | undefined
  private readonly stopListening: () => void
  private overdue: {cancel(): void} | undefined

  constructor(private readonly cluster: ForegroundCluster) {
    this.stopListening = onTerminationSignals({
      first: (signal) => this.interrupt(signal),
      again: (signal) => this.endNow(signal),
    })
  }

  cancels(job: JobHandle): void {
    this.job = job
    if (this.signal !== undefined) job.cancel()
  }

  release(): void {
    this.stopListening()
    this.overdue?.cancel()
  }

  private interrupt(signal: TerminationSignal): void {
    this.signal = signal
    this.overdue = new NodeTimers().after(INTERRUPTED_MS_MAX, () => this.endNow(signal))
    this.job?.cancel()
  }

  private endNow(signal: TerminationSignal): never {
    this.cluster.kill()
    process.exit(exitCodeOf(signal))
  }
}
