import {type AllocationId, allocationId, FtsError, type JobId, move, type TaskManagerId} from '../core/index.js'
import type {OfferedSlot, TaskManagerLoss} from './internal-event.js'
import {notEnoughSlots, type SlotSupply, slotsLost} from './not-enough-slots.js'
import type {Outbox} from './outbox.js'
import type {SlotRequirement} from './slot-requirement.js'
import {SLOT_MOVES, type SlotState} from './slot-state.js'
import type {SlotRecord, TaskManagerRecord} from './task-manager-record.js'

/** What the SlotManager knows of the TaskManagers; theirs is the ResourceManager. */
export interface SlotSource {
  /** In the order of registration, without those that are lost. */
  taskManagers(): readonly TaskManagerRecord[]
  /** TaskManagers that were started and have not registered yet, and their slots. */
  starting(): {readonly taskManagerCount: number; readonly slotCount: number}
  /** The last TaskManager that was lost. */
  lastLoss(): TaskManagerLoss | undefined
  /** Has processes started for so many slots; false: there is no use in that. */
  tryReplace(slotCount: number): boolean
  /** TaskManagers of a leader before may still run its tasks. */
  isTakingOver(): boolean
}

export interface SlotTimes {
  readonly slotRequestTimeoutMs: number
  readonly registrationTimeoutMs: number
}

/**
 * Gives slots to jobs.
 *
 * A job gets all its slots at once or none: nothing is held by a job that cannot start. Jobs are served in the order in which they
 * asked, without overtaking. Slots are filled TaskManager by TaskManager in the order of registration, because slots of
 * one TaskManager share its memory budget and a small job should leave whole TaskManagers free. A requirement that all slots
 * together cannot meet fails at once, one that others' slots could meet after `slotRequestTimeoutMs`.
 */
export class SlotManager {
  private readonly waiting = new Map<JobId, SlotRequirement>()
  private allocations = 0

  constructor(
    private readonly source: SlotSource,
    private readonly times: SlotTimes,
    private readonly outbox: Outbox,
  ) {}

  require(requirement: SlotRequirement): void {
    this.waiting.set(requirement.jobId, requirement)
    this.match()
    if (this.waiting.has(requirement.jobId)) this.waitOn(requirement.jobId)
  }

  /** Serves what can be served: to be called when slots have come, gone or become free. */
  match(): void {
    if (this.source.isTakingOver()) return
    let isFirst = true
    for (const requirement of [...this.waiting.values()]) {
      if (this.failIfHopeless(requirement)) continue
      if (isFirst) isFirst = this.requestMissing(requirement)
    }
  }

  offered(
    taskManager: TaskManagerRecord,
    offer: {readonly slotIndex: number; readonly allocationId: AllocationId},
  ): void {
    const slot = taskManager.slots[offer.slotIndex]
    if (slot?.allocation?.allocationId !== offer.allocationId) {
      this.sendFree(taskManager.taskManagerId, offer)
      return
    }
    if (slot.state !== 'PENDING') return
    moveSlot(slot, 'ALLOCATED')
    this.tellIfFulfilled(slot.allocation.jobId)
  }

  refused(
    taskManager: TaskManagerRecord,
    refusal: {readonly slotIndex: number; readonly allocationId: AllocationId; readonly reason: string},
  ): void {
    const slot = taskManager.slots[refusal.slotIndex]
    if (slot?.allocation?.allocationId !== refusal.allocationId) return
    const {jobId} = slot.allocation
    const wasWanted = slot.state === 'PENDING'
    clear(slot)
    if (wasWanted) this.fail(jobId, slotRefused(taskManager.taskManagerId, refusal))
    this.match()
  }

  freed(
    taskManager: TaskManagerRecord,
    freed: {readonly slotIndex: number; readonly allocationId: AllocationId},
  ): void {
    const slot = taskManager.slots[freed.slotIndex]
    if (slot?.allocation?.allocationId !== freed.allocationId) return
    const {jobId} = slot.allocation
    const wasUsed = slot.state === 'ALLOCATED'
    clear(slot)
    if (wasUsed) this.outbox.tell({kind: 'slotLost', jobId, allocationId: freed.allocationId})
    this.match()
  }

  /** The job needs its slots no more, or has stopped waiting for them. */
  release(jobId: JobId): void {
    this.stopWaiting(jobId)
    for (const {taskManager, slot} of this.slotsOf(jobId)) {
      if (slot.state === 'RELEASING' || slot.allocation === undefined) continue
      moveSlot(slot, 'RELEASING')
      const {allocationId} = slot.allocation
      this.sendFree(taskManager.taskManagerId, {slotIndex: slot.slotIndex, allocationId})
    }
  }

  /** The job has waited long enough, unless TaskManagers are starting: each of them registers, or is given up. */
  timedOut(jobId: JobId): void {
    const requirement = this.waiting.get(jobId)
    if (requirement === undefined) return
    if (this.source.starting().taskManagerCount > 0) {
      this.waitOn(jobId)
      return
    }
    this.fail(jobId, notEnoughSlots(requirement, this.supply(), this.times.slotRequestTimeoutMs))
    this.match()
  }

  private waitOn(jobId: JobId): void {
    const {registrationTimeoutMs, slotRequestTimeoutMs} = this.times
    const delayMs = this.source.starting().taskManagerCount > 0 ? registrationTimeoutMs : slotRequestTimeoutMs
    this.outbox.effect({kind: 'startTimer', timer: {kind: 'slotRequest', jobId}, delayMs})
  }

  private failIfHopeless(requirement: SlotRequirement): boolean {
    const supply = this.supply()
    const missing = requirement.required.total - supply.slotCount
    if (missing <= 0 || (requirement.replacesLost && this.source.tryReplace(missing))) return false
    const loss = this.source.lastLoss()
    const error = loss === undefined ? notEnoughSlots(requirement, supply) : slotsLost(requirement, supply, loss)
    this.fail(requirement.jobId, error)
    return true
  }

  /** Requests what the job has not requested yet, if there is enough; whether it has requested all. */
  private requestMissing(requirement: SlotRequirement): boolean {
    const missing = requirement.required.total - this.slotsOf(requirement.jobId).length
    const free = this.freeSlots()
    if (missing > free.length) return false
    // A job that starts again may have all its slots already.
    if (missing === 0) this.tellIfFulfilled(requirement.jobId)
    for (const {taskManager, slot} of free.slice(0, missing)) this.request(requirement.jobId, taskManager, slot)
    return true
  }

  private request(jobId: JobId, taskManager: TaskManagerRecord, slot: SlotRecord): void {
    this.allocations += 1
    const id = allocationId(`${jobId}_${this.allocations}`)
    moveSlot(slot, 'PENDING')
    slot.allocation = {jobId, allocationId: id}
    const message = {kind: 'requestSlot', jobId, allocationId: id, slotIndex: slot.slotIndex} as const
    this.outbox.effect({kind: 'send', taskManagerId: taskManager.taskManagerId, message})
  }

  private tellIfFulfilled(jobId: JobId): void {
    const requirement = this.waiting.get(jobId)
    const isThere = ({taskManager, slot}: PlacedSlot) =>
      slot.state === 'ALLOCATED' && taskManager.state === 'REGISTERED'
    const slots = this.slotsOf(jobId).filter(isThere)
    if (requirement === undefined || slots.length < requirement.required.total) return
    this.stopWaiting(jobId)
    this.outbox.tell({kind: 'slotsFulfilled', jobId, slots: slots.map(offeredSlot)})
  }

  private fail(jobId: JobId, error: FtsError): void {
    this.stopWaiting(jobId)
    this.outbox.tell({kind: 'slotsUnavailable', jobId, error: error.toData()})
  }

  private stopWaiting(jobId: JobId): void {
    if (this.waiting.delete(jobId)) this.outbox.effect({kind: 'cancelTimer', timer: {kind: 'slotRequest', jobId}})
  }

  private sendFree(
    taskManagerId: TaskManagerId,
    slot: {readonly slotIndex: number; readonly allocationId: AllocationId},
  ): void {
    const {slotIndex, allocationId} = slot
    this.outbox.effect({kind: 'send', taskManagerId, message: {kind: 'freeSlot', allocationId, slotIndex}})
  }

  private supply(): SlotSupply {
    const registered = this.source.taskManagers()
    const starting = this.source.starting()
    return {
      taskManagerCount: registered.length + starting.taskManagerCount,
      slotCount: registered.reduce((sum, taskManager) => sum + taskManager.slots.length, starting.slotCount),
      freeCount: this.freeSlots().length,
    }
  }

  private freeSlots(): PlacedSlot[] {
    return this.allSlots().filter(({taskManager, slot}) => taskManager.state === 'REGISTERED' && slot.state === 'FREE')
  }

  /** A job's slots, those on their way back left out. */
  private slotsOf(jobId: JobId): PlacedSlot[] {
    return this.allSlots().filter(({slot}) => slot.allocation?.jobId === jobId && slot.state !== 'RELEASING')
  }

  private allSlots(): PlacedSlot[] {
    return this.source.taskManagers().flatMap((taskManager) => taskManager.slots.map((slot) => ({taskManager, slot})))
  }
}

interface PlacedSlot {
  readonly taskManager: TaskManagerRecord
  readonly slot: SlotRecord
}

function moveSlot(slot: SlotRecord, to: SlotState): void {
  slot.state = move(SLOT_MOVES, `slot ${slot.slotIndex}`, slot.state, to)
}

function clear(slot: SlotRecord): void {
  moveSlot(slot, 'FREE')
  slot.allocation = undefined
}

function offeredSlot({taskManager, slot}: PlacedSlot): OfferedSlot {
  const {taskManagerId} = taskManager
  const {slotIndex, dataAddress, allocation} = slot
  return {allocationId: allocation!.allocationId, location: {taskManagerId, slotIndex, dataAddress}}
}

function slotRefused(
  taskManagerId: TaskManagerId,
  refusal: {readonly slotIndex: number; readonly reason: string},
): FtsError {
  const {slotIndex, reason} = refusal
  return new FtsError(
    'restartable',
    'FTS_SLOT_REFUSED',
    `TaskManager ${taskManagerId} refused to give slot ${slotIndex} to the job: ${reason}`,
    {taskManagerId, slotIndex},
  )
}
