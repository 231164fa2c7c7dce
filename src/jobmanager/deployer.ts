import {assert, type Split, type TaskRestore} from '../core/index.js'
import {type SubtaskPlan, sharedSlots, type TaskDeployment, toTaskDeployment} from '../graph/index.js'
import type {Execution} from './execution.js'
import type {OfferedSlot} from './internal-event.js'
import type {JobExecutions} from './job-executions.js'
import type {Outbox} from './outbox.js'
import type {SourceSplits} from './source-splits.js'

export interface DeployerOptions {
  readonly executions: JobExecutions
  readonly splits: SourceSplits
  readonly outbox: Outbox
  /** The last checkpoint that was triggered: splits that are given now belong to the next. */
  lastTriggeredId(): number
  /** Undefined where the job takes no checkpoints. */
  ownedFolder(): string | undefined
  /** Inputs that are read from journals are about to be. */
  keepJournals(splits: readonly Split[]): void
  moveTask(execution: Execution, state: 'SCHEDULED' | 'DEPLOYING'): void
}

/** Gives a job's attempts their slots and sends them there, region by region. */
export class Deployer {
  private readonly deployed = new Set<number>()
  private readonly restores = new Map<Execution, TaskRestore | undefined>()

  constructor(private readonly options: DeployerOptions) {}

  get isAllDeployed(): boolean {
    return this.deployed.size === this.options.executions.regions.length
  }

  isDeployed(region: number): boolean {
    return this.deployed.has(region)
  }

  /** The region starts once more, when its producers have finished. */
  reset(region: number): void {
    this.deployed.delete(region)
  }

  /** What an attempt starts from. */
  restore(execution: Execution, restore: TaskRestore | undefined): void {
    if (restore !== undefined) this.restores.set(execution, restore)
  }

  /** Regions that have not been deployed and whose inputs are there. */
  readyRegions(): number[] {
    const {executions} = this.options
    return executions.regions
      .filter(
        (region) =>
          !this.deployed.has(region.index) &&
          region.consumes.every((other) => executions.ofRegion(other).every(({state}) => state === 'FINISHED')),
      )
      .map(({index}) => index)
  }

  /** Places attempts that have no slot; those that have one keep it. Subtasks that share a slot stay together. */
  place(slots: readonly OfferedSlot[]): void {
    const {executions} = this.options
    const shared = sharedSlots(executions.plan)
    assert(slots.length === shared.length, 'a job gets as many slots as it has shared slots', {
      offered: slots.length,
      needed: shared.length,
    })
    const byId = new Map(slots.map((slot) => [slot.allocationId, slot]))
    const held = shared.map(({subtasks}) => subtasks.map(({index}) => executions.current[index].slot?.allocationId))
    const kept = held.map((ids) => ids.find((id) => id !== undefined && byId.has(id)))
    for (const id of kept) if (id !== undefined) byId.delete(id)
    const free = [...byId.values()]
    shared.forEach(({subtasks}, index) => {
      const slot = slots.find(({allocationId}) => allocationId === kept[index]) ?? free.shift()
      for (const subtask of subtasks) executions.current[subtask.index].slot ??= slot
    })
  }

  deployReady(): void {
    const {executions, outbox} = this.options
    const bySlot = new Map<OfferedSlot, TaskDeployment[]>()
    for (const region of this.readyRegions()) {
      this.deployed.add(region)
      for (const execution of executions.ofRegion(region)) this.deploy(execution, bySlot)
    }
    for (const [{location}, tasks] of bySlot) {
      const {taskManagerId} = location
      outbox.effect({kind: 'send', taskManagerId, message: {kind: 'submitTasks', tasks}})
    }
  }

  private deploy(execution: Execution, bySlot: Map<OfferedSlot, TaskDeployment[]>): void {
    const {subtask, attempt, slot} = execution
    assert(slot !== undefined, 'a task that is deployed has a slot', {attemptId: execution.attemptId})
    if (execution.state === 'CREATED') this.options.moveTask(execution, 'SCHEDULED')
    this.options.moveTask(execution, 'DEPLOYING')
    const restore = this.restores.get(execution)
    this.restores.delete(execution)
    const ownedFolder = this.options.ownedFolder()
    const deployment = toTaskDeployment(this.options.executions.plan, subtask, {
      attempt,
      allocationId: slot.allocationId,
      slotIndex: slot.location.slotIndex,
      ...this.firstSplits(execution, restore),
      ...(restore === undefined ? {} : {restore}),
      ...(ownedFolder === undefined ? {} : {ownedFolder}),
      locate: (producer) => this.locate(producer),
    })
    const tasks = bySlot.get(slot)
    if (tasks === undefined) bySlot.set(slot, [deployment])
    else tasks.push(deployment)
  }

  private firstSplits(
    {subtask}: Execution,
    restore: TaskRestore | undefined,
  ): Pick<TaskDeployment, 'initialSplits' | 'noMoreSplits'> | undefined {
    const {vertex, subtaskIndex} = subtask
    // It reads nothing any more: what others could not finish is for others.
    if (restore?.finished === true) return {initialSplits: [], noMoreSplits: true}
    const afterCheckpoint = this.options.lastTriggeredId()
    const grant = this.options.splits.grant(vertex.vertexId, {subtaskIndex, afterCheckpoint})
    if (grant !== undefined) this.keepJournals(grant.splits)
    return grant && {initialSplits: grant.splits, noMoreSplits: grant.noMoreSplits}
  }

  /** Before their readers begin. */
  keepJournals(splits: readonly Split[]): void {
    const journaled = splits.filter((split) => split.kind !== 'program' && split.journal !== undefined)
    if (journaled.length > 0) this.options.keepJournals(journaled)
  }

  private locate(producer: SubtaskPlan): {readonly location: OfferedSlot['location']; readonly attempt: number} {
    const {slot, attempt} = this.options.executions.current[producer.index]
    assert(slot !== undefined, 'a producer has a slot', {producer: producer.index})
    return {location: slot.location, attempt}
  }
}
