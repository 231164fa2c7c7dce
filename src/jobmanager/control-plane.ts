import {assert, type ErrorData, FtsError, type JobId, unreachable} from '../core/index.js'
import type {JobView} from '../metrics/index.js'
import type {TaskManagerMessage} from '../rpc/index.js'
import type {ControlEffect} from './control-effect.js'
import type {ControlEvent} from './control-event.js'
import {Dispatcher} from './dispatcher.js'
import type {InternalEvent} from './internal-event.js'
import {type Registration, ResourceManager, type ResourceTimes} from './resource-manager.js'
import type {TaskManagerRecord} from './task-manager-record.js'
import type {TimerName} from './timer-name.js'

export interface ControlOptions extends ResourceTimes {
  readonly cancellationTimeoutMs: number
  /** Where checkpoints go when no option says so. */
  readonly defaultCheckpointDirectory: string
  /** Of this leader, where there are standbys: what the next one must know is stored. */
  readonly leaderToken?: number
  /** In [0, 1). */
  random(): number
}

/**
 * All decisions of the JobManager: an event in, effects out. Owns no clock, no timer and no socket.
 *
 *   ControlEvent ─▶ Dispatcher ─ JobMaster… ─┐
 *                   ResourceManager ─ SlotManager ─┴─▶ ControlEffect[]
 *                        ▲ InternalEvent queue between them, emptied before `handle` returns
 */
export class ControlPlane {
  private readonly resources: ResourceManager
  private readonly dispatcher: Dispatcher
  private effects: ControlEffect[] = []
  private readonly queue: InternalEvent[] = []
  private nowMs = 0

  constructor(options: ControlOptions) {
    const plane = this
    const outbox = {
      get nowMs() {
        return plane.nowMs
      },
      effect: (effect: ControlEffect) => void this.effects.push(effect),
      tell: (event: InternalEvent) => void this.queue.push(event),
    }
    this.resources = new ResourceManager(options, outbox)
    const {cancellationTimeoutMs, defaultCheckpointDirectory} = options
    this.dispatcher = new Dispatcher({
      cancellationTimeoutMs,
      defaultCheckpointDirectory,
      outbox,
      isStored: options.leaderToken !== undefined,
      random: () => options.random(),
      isLost: (taskManagerId) => this.resources.isLost(taskManagerId),
      taskManagers: () => this.resources.taskManagers(),
    })
  }

  /** Errors: `jobSubmitted` throws what Dispatcher's `submit` throws; anything else that is thrown is our bug. */
  handle(event: ControlEvent, nowMs: number): readonly ControlEffect[] {
    this.nowMs = nowMs
    this.dispatch(event)
    return this.settle()
  }

  /** Ends every job now: the JobManager shuts down, or a bug of ours has left it in an unknown state. */
  abandonJobs(error: ErrorData, nowMs: number): readonly ControlEffect[] {
    this.nowMs = nowMs
    for (const job of this.dispatcher.running()) job.abandon(error)
    return this.settle()
  }

  /** Why a registration must not be let in, or undefined if it may. */
  refusalOf(registration: Registration): string | undefined {
    return this.resources.refusalOf(registration)
  }

  viewOf(jobId: JobId, nowMs: number): JobView {
    const job = this.dispatcher.job(jobId)
    assert(job !== undefined, 'a job that is looked at was submitted', {jobId})
    return this.dispatcher.viewOf(job, nowMs)
  }

  taskManagers(): readonly TaskManagerRecord[] {
    return this.resources.taskManagers()
  }

  private dispatch(event: ControlEvent): void {
    switch (event.kind) {
      case 'taskManagersExpected':
        this.resources.expect(event.count, event.slotsEach)
        break
      case 'taskManagersStarted':
        this.resources.started(event.taskManagerIds)
        break
      case 'taskManagersLeft':
        this.resources.awaitLeft(event.taskManagerIds)
        break
      case 'jobSubmitted':
        this.dispatcher.submit(event.graph, event.recovered)
        break
      case 'cancelRequested':
        this.dispatcher.job(event.jobId)?.cancel()
        break
      case 'savepointRequested':
        this.requestSavepoint(event)
        break
      case 'checkpointEvent':
        this.dispatcher.job(event.jobId)?.diskAnswered(event.event)
        break
      case 'message':
        this.dispatchMessage(event)
        break
      case 'connectionClosed':
        this.resources.connectionClosed(event.taskManagerId)
        break
      case 'taskManagerExited':
        this.resources.exited(event.taskManagerId, event.exit)
        break
      case 'taskManagerSilent':
        this.resources.silent(event.taskManagerId, event.silentMs)
        break
      case 'timerFired':
        this.dispatchTimer(event.timer)
        break
      case 'shutdownRequested':
        this.resources.shutdown(event.reason)
        break
      default:
        unreachable(event)
    }
  }

  private requestSavepoint({jobId, request}: Extract<ControlEvent, {kind: 'savepointRequested'}>): void {
    const job = this.dispatcher.running().find((one) => one.jobId === jobId)
    if (job !== undefined) job.requestSavepoint(request)
    else this.effects.push({kind: 'savepointEnded', requestId: request.requestId, end: {error: noSuchJob(jobId)}})
  }

  private dispatchMessage({taskManagerId, message}: Extract<ControlEvent, {kind: 'message'}>): void {
    if (message.kind === 'registerTaskManager') {
      this.resources.register(message)
      return
    }
    const record = this.resources.registered(taskManagerId)
    if (record !== undefined) this.dispatchFrom(record, message)
  }

  private dispatchFrom(record: TaskManagerRecord, message: Exclude<TaskManagerMessage, Registration>): void {
    const {slots} = this.resources
    switch (message.kind) {
      case 'offerSlot':
        slots.offered(record, message)
        break
      case 'slotRefused':
        slots.refused(record, message)
        break
      case 'slotFreed':
        slots.freed(record, message)
        break
      case 'taskStateChanged':
        this.dispatcher.jobOf(message.attemptId, record.taskManagerId)?.taskStateChanged(message)
        break
      case 'requestSplit':
        this.dispatcher.jobOf(message.attemptId, record.taskManagerId)?.requestSplit(message)
        break
      case 'reportWatermark':
        this.dispatcher.jobOf(message.attemptId, record.taskManagerId)?.reportWatermark(message)
        break
      case 'acknowledgeCheckpoint':
        this.dispatcher.jobOf(message.attemptId, record.taskManagerId)?.acknowledgeCheckpoint(message)
        break
      case 'declineCheckpoint':
        this.dispatcher.jobOf(message.attemptId, record.taskManagerId)?.declineCheckpoint(message)
        break
      case 'taskAwaitsCheckpoint':
        this.dispatcher.jobOf(message.attemptId, record.taskManagerId)?.taskAwaitsCheckpoint(message.attemptId)
        break
      case 'heartbeatReport':
        record.lastReport = message.report
        for (const job of this.dispatcher.running()) job.heartbeat(record.taskManagerId, message.report)
        break
      case 'unregister':
        this.resources.unregistered(record.taskManagerId, message.reason, message.error)
        break
      default:
        unreachable(message)
    }
  }

  private dispatchTimer(timer: TimerName): void {
    switch (timer.kind) {
      case 'slotRequest':
        this.resources.slots.timedOut(timer.jobId)
        break
      case 'cancellation':
        this.dispatcher.job(timer.jobId)?.cancellationTimedOut()
        break
      case 'restart':
        this.dispatcher.job(timer.jobId)?.restartTimerFired()
        break
      case 'periodicCheckpoint':
      case 'checkpointTimeout':
        this.dispatcher.job(timer.jobId)?.checkpointTimerFired(timer)
        break
      case 'takeover':
        this.resources.takeoverTimedOut()
        break
      case 'registration':
        this.resources.registrationTimedOut(timer.taskManagerId)
        break
      case 'exitStatus':
        this.resources.exitStatusTimedOut(timer.taskManagerId)
        break
      default:
        unreachable(timer)
    }
  }

  private settle(): readonly ControlEffect[] {
    for (let event = this.queue.shift(); event !== undefined; event = this.queue.shift()) this.dispatchInternal(event)
    const effects = this.effects
    this.effects = []
    return effects
  }

  private dispatchInternal(event: InternalEvent): void {
    switch (event.kind) {
      case 'slotsRequired':
        this.resources.slots.require(event.requirement)
        break
      case 'slotsFulfilled':
        this.dispatcher.job(event.jobId)?.slotsFulfilled(event.slots)
        break
      case 'slotsUnavailable':
        this.dispatcher.job(event.jobId)?.slotsUnavailable(event.error)
        break
      case 'slotLost':
        this.dispatcher.job(event.jobId)?.slotLost(event.allocationId)
        break
      case 'slotsReleased':
        this.resources.slots.release(event.jobId)
        break
      case 'taskManagerLost':
        for (const job of this.dispatcher.running()) job.taskManagerLost(event.loss)
        break
      case 'taskManagerStuck':
        this.resources.kill(event.taskManagerId, {how: event.reason, tryThis: 'Run the job again.'})
        break
      default:
        unreachable(event)
    }
  }
}

function noSuchJob(jobId: JobId): ErrorData {
  return new FtsError('user', 'FTS_NO_SUCH_JOB', `no job ${jobId} is running`, {jobId}).toData()
}
