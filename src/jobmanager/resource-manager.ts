import {assert, type ErrorData, FtsError, move, type TaskManagerId} from '../core/index.js'
import {RPC_PROTOCOL_VERSION, type TaskManagerMessage} from '../rpc/index.js'
import type {TaskManagerLoss} from './internal-event.js'
import type {Outbox} from './outbox.js'
import {SlotManager, type SlotTimes} from './slot-manager.js'
import {
  type ProcessExit,
  TASK_MANAGER_MOVES,
  type TaskManagerRecord,
  type TaskManagerState,
} from './task-manager-record.js'

export type Registration = Extract<TaskManagerMessage, {kind: 'registerTaskManager'}>

export interface ResourceTimes extends SlotTimes {
  readonly heartbeatIntervalMs: number
  readonly heartbeatTimeoutMs: number
  /** Absent: there are no standbys. */
  readonly leaderToken?: number
}

/**
 * How long a lost TaskManager's exit status, or the rest of its connection, is awaited. They come within a millisecond or two of
 * each other, in any order; the status says why it died, the connection may hold its last words.
 */
const EXIT_STATUS_WAIT_MS = 250

/** So many processes in a row that end before they register: something is wrong that the next would not mend. */
const FAILED_STARTS_MAX = 8

/** So many processes in a row that do not register in time: also a job that is never restarted waits for another one before that. */
const SILENT_STARTS_MAX = 3

/**
 * Knows the TaskManagers: which are expected, registered, lost and why; its SlotManager gives their slots to jobs.
 */
export class ResourceManager {
  readonly slots: SlotManager
  private readonly records = new Map<TaskManagerId, TaskManagerRecord>()
  private readonly exitedUnregistered = new Set<TaskManagerId>()
  /** Processes whose registration is awaited. */
  private readonly starts = new Set<TaskManagerId>()
  /** Of a leader before: they may still run its tasks. */
  private readonly left = new Set<TaskManagerId>()
  private expectedCount = 0
  private expectedSlotsEach = 0
  /** In a row. */
  private startsFailed = 0
  private loss: TaskManagerLoss | undefined

  constructor(
    private readonly times: ResourceTimes,
    private readonly outbox: Outbox,
  ) {
    const source = {
      taskManagers: () => this.taskManagers().filter((record) => record.state !== 'LOST'),
      starting: () => this.starting(),
      lastLoss: () => this.loss,
      tryReplace: (slotCount: number) => this.tryReplace(slotCount),
      isTakingOver: () => this.left.size > 0,
    }
    this.slots = new SlotManager(source, times, outbox)
  }

  /** In the order of registration, with those that are lost. */
  taskManagers(): readonly TaskManagerRecord[] {
    return [...this.records.values()]
  }

  expect(count: number, slotsEach: number): void {
    this.expectedCount += count
    this.expectedSlotsEach = slotsEach
  }

  /** Processes that are expected. Each registers, or is reported as exited, or is killed when `registrationTimeoutMs` have passed. */
  started(taskManagerIds: readonly TaskManagerId[]): void {
    for (const taskManagerId of taskManagerIds) {
      if (this.isKnown(taskManagerId)) continue
      this.starts.add(taskManagerId)
      const timer = {kind: 'registration', taskManagerId} as const
      this.outbox.effect({kind: 'startTimer', timer, delayMs: this.times.registrationTimeoutMs})
    }
  }

  /** It may be stopped, or hang: its process is killed, and another one takes its place. */
  registrationTimedOut(taskManagerId: TaskManagerId): void {
    if (this.isKnown(taskManagerId)) return
    const error = notRegistered(taskManagerId, this.times.registrationTimeoutMs)
    const {message, tryThis = ''} = error
    this.outbox.effect({kind: 'killTaskManager', taskManagerId, reason: message})
    this.endUnregistered({taskManagerId, pid: undefined, how: NOT_IN_TIME, tryThis, error: error.toData()})
    if (this.startsFailed <= SILENT_STARTS_MAX) this.startAnother(message)
    this.slots.match()
  }

  /**
   * TaskManagers that a leader before has had. Each registers here when the tasks of that one have ended, or its process ends; until then no
   * slot is given, or two attempts of a task could run at once. What stays silent is killed.
   */
  awaitLeft(taskManagerIds: readonly TaskManagerId[]): void {
    for (const one of taskManagerIds) if (!this.isKnown(one)) this.left.add(one)
    if (this.left.size === 0) return
    this.outbox.effect({kind: 'startTimer', timer: {kind: 'takeover'}, delayMs: this.times.heartbeatTimeoutMs})
  }

  takeoverTimedOut(): void {
    const reason = 'did not come to the new JobManager'
    for (const taskManagerId of this.left) this.outbox.effect({kind: 'killTaskManager', taskManagerId, reason})
  }

  /** Why a registration is not accepted, or undefined if it is. */
  refusalOf(registration: Registration): string | undefined {
    const {taskManagerId, protocolVersion} = registration
    if (protocolVersion !== RPC_PROTOCOL_VERSION)
      return `this JobManager speaks version ${RPC_PROTOCOL_VERSION} of the RPC protocol, TaskManager ${taskManagerId} speaks version ${protocolVersion}`
    if (this.exitedUnregistered.has(taskManagerId)) return `the process of TaskManager ${taskManagerId} has ended`
    if (this.records.has(taskManagerId)) return `TaskManager ${taskManagerId} has registered before; an id is used once`
    return undefined
  }

  register(registration: Registration): void {
    assert(this.refusalOf(registration) === undefined, 'a registration that is refused does not come in')
    const {taskManagerId, pid, memory, startup, dataAddresses} = registration
    this.startsFailed = 0
    this.hasArrived(taskManagerId)
    this.records.set(taskManagerId, {
      taskManagerId,
      pid,
      memory,
      startup,
      slots: dataAddresses.map((dataAddress, slotIndex) => ({
        slotIndex,
        dataAddress,
        state: 'FREE',
        allocation: undefined,
      })),
      state: 'REGISTERED',
      exit: undefined,
      connectionClosed: false,
      lastReport: undefined,
    })
    const {heartbeatIntervalMs, heartbeatTimeoutMs, leaderToken} = this.times
    const token = leaderToken === undefined ? {} : {leaderToken}
    const message = {kind: 'registrationAccepted', heartbeatIntervalMs, heartbeatTimeoutMs, ...token} as const
    this.outbox.effect({kind: 'send', taskManagerId, message})
    this.slots.match()
  }

  registered(taskManagerId: TaskManagerId): TaskManagerRecord | undefined {
    const record = this.records.get(taskManagerId)
    return record?.state === 'LOST' ? undefined : record
  }

  /** A TaskManager says goodbye by itself, perhaps with the error that made it go. */
  unregistered(taskManagerId: TaskManagerId, reason: string, error: ErrorData | undefined): void {
    const record = this.registered(taskManagerId)
    if (record !== undefined) this.lose(record, {how: `has left: ${reason}`, tryThis: 'Run the job again.', error})
  }

  connectionClosed(taskManagerId: TaskManagerId): void {
    const record = this.registered(taskManagerId)
    if (record === undefined) return
    record.connectionClosed = true
    this.leave(record)
  }

  exited(taskManagerId: TaskManagerId, exit: ProcessExit): void {
    const record = this.records.get(taskManagerId)
    if (record === undefined) this.exitedBeforeRegistration(taskManagerId, exit)
    else if (record.state !== 'LOST') {
      record.exit = exit
      this.leave(record)
    }
  }

  exitStatusTimedOut(taskManagerId: TaskManagerId): void {
    const record = this.registered(taskManagerId)
    if (record !== undefined) this.lose(record, {...exitText(record.exit), error: undefined})
  }

  silent(taskManagerId: TaskManagerId, silentMs: number): void {
    const seconds = (silentMs / 1000).toFixed(1)
    this.kill(taskManagerId, {
      how: `gave no sign of life for ${seconds} s and was killed`,
      tryThis: 'If the machine is very busy, raise heartbeat.timeout.',
    })
  }

  /** Has the process killed. It counts as lost from now on, whenever it really ends. */
  kill(taskManagerId: TaskManagerId, why: {readonly how: string; readonly tryThis: string}): void {
    const record = this.registered(taskManagerId)
    if (record === undefined) return
    this.outbox.effect({kind: 'killTaskManager', taskManagerId, reason: why.how})
    this.lose(record, {...why, error: undefined})
  }

  /** Asks every TaskManager to end; what happens to them from here on is no loss. */
  shutdown(reason: string): void {
    for (const record of this.records.values()) {
      if (record.state !== 'REGISTERED') continue
      this.outbox.effect({kind: 'send', taskManagerId: record.taskManagerId, message: {kind: 'shutdown', reason}})
      moveTo(record, 'LOST')
    }
  }

  isLost(taskManagerId: TaskManagerId): boolean {
    return this.registered(taskManagerId) === undefined
  }

  /** Processes in place of lost ones, unless none has ever been there, or several in a row ended before they registered. */
  private tryReplace(slotCount: number): boolean {
    const lostCount =
      this.exitedUnregistered.size + this.taskManagers().filter(({state}) => state !== 'REGISTERED').length
    if (lostCount === 0 || this.startsFailed >= FAILED_STARTS_MAX || this.expectedSlotsEach === 0) return false
    this.startMore(Math.ceil(slotCount / this.expectedSlotsEach))
    return true
  }

  /** Whoever started the job has waited for the one before. */
  private startAnother(why: string): void {
    this.outbox.effect({kind: 'log', level: 'notice', message: `${why}; another one is started`, fields: {}})
    this.startMore(1)
  }

  private startMore(count: number): void {
    this.expectedCount += count
    this.outbox.effect({kind: 'startTaskManagers', count})
  }

  /** It has registered, or ended without that. */
  private isKnown(taskManagerId: TaskManagerId): boolean {
    return this.records.has(taskManagerId) || this.exitedUnregistered.has(taskManagerId)
  }

  private starting(): {readonly taskManagerCount: number; readonly slotCount: number} {
    const arrived = this.records.size + this.exitedUnregistered.size
    const taskManagerCount = Math.max(0, this.expectedCount - arrived)
    return {taskManagerCount, slotCount: taskManagerCount * this.expectedSlotsEach}
  }

  private hasArrived(taskManagerId: TaskManagerId): void {
    if (this.starts.delete(taskManagerId))
      this.outbox.effect({kind: 'cancelTimer', timer: {kind: 'registration', taskManagerId}})
    if (this.left.delete(taskManagerId) && this.left.size === 0)
      this.outbox.effect({kind: 'cancelTimer', timer: {kind: 'takeover'}})
  }

  private exitedBeforeRegistration(taskManagerId: TaskManagerId, exit: ProcessExit): void {
    if (this.exitedUnregistered.has(taskManagerId)) return
    this.endUnregistered({taskManagerId, pid: undefined, ...exitText(exit), error: undefined})
    this.slots.match()
  }

  private endUnregistered(loss: TaskManagerLoss): void {
    this.exitedUnregistered.add(loss.taskManagerId)
    this.hasArrived(loss.taskManagerId)
    this.startsFailed += 1
    this.loss = loss
  }

  /** Lost when its connection has closed and its process has ended, or one of the two and the other does not come. */
  private leave(record: TaskManagerRecord): void {
    const {taskManagerId} = record
    if (record.connectionClosed && record.exit !== undefined) {
      this.lose(record, {...exitText(record.exit), error: undefined})
      return
    }
    if (record.state === 'LEAVING') return
    moveTo(record, 'LEAVING')
    this.outbox.effect({
      kind: 'startTimer',
      timer: {kind: 'exitStatus', taskManagerId},
      delayMs: EXIT_STATUS_WAIT_MS,
    })
  }

  private lose(record: TaskManagerRecord, why: Pick<TaskManagerLoss, 'how' | 'tryThis' | 'error'>): void {
    const {taskManagerId, pid} = record
    moveTo(record, 'LOST')
    this.loss = {taskManagerId, pid, ...why}
    this.outbox.effect({kind: 'cancelTimer', timer: {kind: 'exitStatus', taskManagerId}})
    this.outbox.effect({kind: 'closeConnection', taskManagerId})
    this.outbox.effect({
      kind: 'log',
      level: 'warn',
      message: `TaskManager ${taskManagerId} ${why.how}`,
      fields: {taskManagerId, pid},
    })
    this.outbox.tell({kind: 'taskManagerLost', loss: this.loss})
    this.slots.match()
  }
}

const NOT_IN_TIME = 'did not register in time and was killed'

function notRegistered(taskManagerId: TaskManagerId, waitedMs: number): FtsError {
  return new FtsError(
    'restartable',
    'FTS_TASKMANAGER_NOT_REGISTERED',
    `TaskManager ${taskManagerId} did not register within ${waitedMs} ms and was killed`,
    {taskManagerId, waitedMs},
    {tryThis: 'Raise taskmanager.registration.timeout if the machine is very busy.'},
  )
}

function moveTo(record: TaskManagerRecord, to: TaskManagerState): void {
  record.state = move(TASK_MANAGER_MOVES, `TaskManager ${record.taskManagerId}`, record.state, to)
}

function exitText(exit: ProcessExit | undefined): {readonly how: string; readonly tryThis: string} {
  if (exit === undefined) return {how: 'closed its connection', tryThis: 'Run the job again with --verbose.'}
  if (exit.signal === 'SIGKILL')
    return {
      how: 'was killed by SIGKILL',
      tryThis: 'If nobody killed it, the system ran out of memory: lower -p or taskmanager.memory.flink.size.',
    }
  if (exit.signal !== null) return {how: `was ended by ${exit.signal}`, tryThis: 'Run the job again with --verbose.'}
  return {how: `ended with exit code ${exit.code}`, tryThis: 'Run the job again with --verbose.'}
}
