import {type ErrorData, FtsError, type JobId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {JobHandle} from '../jobmanager/index.js'
import type {JobResult, JobView} from '../metrics/index.js'
import type {JobManagerReport, SupervisorMessage} from './supervisor-messages.js'

/** Who asks for a view gets it, or the last one, when no JobManager has answered for so long. */
const REFRESH_MS_MAX = 2000

/** A job whose JobManager is another process, and may become yet another. */
export class RemoteJob implements JobHandle {
  readonly jobId: JobId
  readonly result: Promise<JobResult>
  isCancelled = false
  private shown: JobView
  private isViewAsked = false
  private end: (result: JobResult) => void = () => {}
  private readonly refreshing = new Set<() => void>()
  private readonly savepoints = new Map<
    number,
    {readonly resolve: (folder: string) => void; readonly reject: (error: Error) => void}
  >()
  private savepointCount = 0

  constructor(
    graph: JobGraphSpec,
    private readonly of: {
      readonly nowMs: number
      /** To who leads; nobody hears it when nobody does. */
      send(message: SupervisorMessage): void
      after(delayMs: number, callback: () => void): void
    },
  ) {
    this.jobId = graph.jobId
    this.shown = notBegun(graph, of.nowMs)
    this.result = new Promise((resolve) => {
      this.end = resolve
    })
  }

  /** What was known last; asks for more. */
  view(): JobView {
    this.askForView()
    return this.shown
  }

  refresh(): Promise<void> {
    this.askForView()
    return new Promise((resolve) => {
      this.refreshing.add(resolve)
      this.of.after(REFRESH_MS_MAX, resolve)
    })
  }

  cancel(): void {
    this.isCancelled = true
    this.of.send({kind: 'cancel'})
  }

  savepoint(of: {readonly directory?: string; readonly thenStop?: 'suspend' | 'drain'} = {}): Promise<string> {
    const requestId = ++this.savepointCount
    const {directory, thenStop} = of
    return new Promise((resolve, reject) => {
      this.savepoints.set(requestId, {resolve, reject})
      this.of.send({kind: 'savepoint', requestId, ...(directory && {directory}), ...(thenStop && {thenStop})})
    })
  }

  /** Another JobManager leads: what was asked of the one before is asked again, or given up. */
  leaderChanged(): void {
    this.isViewAsked = false
    if (this.isCancelled) this.of.send({kind: 'cancel'})
    if (this.refreshing.size > 0) this.askForView()
    const error = new FtsError('restartable', 'FTS_JOBMANAGER_LOST', 'the JobManager was lost before it had answered')
    for (const {reject} of this.savepoints.values()) reject(error)
    this.savepoints.clear()
  }

  viewed(view: JobView): void {
    this.isViewAsked = false
    this.shown = view
    for (const refreshed of this.refreshing) refreshed()
    this.refreshing.clear()
  }

  savepointEnded({requestId, folder, error}: Extract<JobManagerReport, {kind: 'savepointEnded'}>): void {
    const waiting = this.savepoints.get(requestId)
    this.savepoints.delete(requestId)
    if (error !== undefined) waiting?.reject(FtsError.fromData(error))
    else waiting?.resolve(folder ?? '')
  }

  ended(result: JobResult): void {
    this.shown = result.view
    for (const refreshed of this.refreshing) refreshed()
    this.end(result)
  }

  /** Nobody can go on with it. */
  abandoned(error: ErrorData): void {
    this.ended({status: 'FAILED', view: {...this.shown, status: 'FAILED'}, reports: {}, error})
  }

  private askForView(): void {
    if (this.isViewAsked) return
    this.isViewAsked = true
    this.of.send({kind: 'view'})
  }
}

function notBegun({jobId, name, mode}: JobGraphSpec, startedAtMs: number): JobView {
  return {
    jobId,
    name,
    mode,
    status: 'INITIALIZING',
    startedAtMs,
    durationMs: 0,
    vertices: [],
    edges: [],
    taskManagers: [],
  }
}
