import {FtsError} from '../core/index.js'
import {formatSlotsRequired, type SlotsRequired} from '../graph/index.js'
import type {TaskManagerLoss} from './internal-event.js'
import type {SlotRequirement} from './slot-requirement.js'

/** The slots a cluster has or will have, when all TaskManagers that are starting have registered. */
export interface SlotSupply {
  readonly taskManagerCount: number
  readonly slotCount: number
  /** Those that no job has. */
  readonly freeCount: number
}

/**
 * The job needs more slots than there are, or than were free in time (`waitedMs`): an error that shows the sum and which option
 * to change.
 */
export function notEnoughSlots(requirement: SlotRequirement, supply: SlotSupply, waitedMs?: number): FtsError {
  const needed = requirement.required.total
  const {taskManagerCount, slotCount, freeCount} = supply
  const waited = waitedMs === undefined ? '' : `, of which ${freeCount} were free within ${waitedMs} ms`
  return new FtsError(
    'user',
    'FTS_NOT_ENOUGH_SLOTS',
    `the job "${requirement.jobName}" needs ${slots(needed)} but there ${slotCount === 1 ? 'is' : 'are'} ${slotCount}${waited}. ` +
      `Needed: ${neededSum(requirement)}. There: ${supplySum(supply)}.`,
    {jobId: requirement.jobId, slotsNeeded: needed, slotsThere: slotCount, slotsFree: freeCount, taskManagerCount},
    {tryThis: waitedMs === undefined ? whatToChange(requirement, supply) : 'Try again when another job has ended.'},
  )
}

/** The job cannot get its slots because TaskManagers are gone. */
export function slotsLost(requirement: SlotRequirement, supply: SlotSupply, loss: TaskManagerLoss): FtsError {
  if (loss.error !== undefined) return FtsError.fromData(loss.error)
  const needed = requirement.required.total
  const pid = loss.pid === undefined ? '' : ` (pid ${loss.pid})`
  return new FtsError(
    'restartable',
    'FTS_TASKMANAGER_LOST',
    `TaskManager ${loss.taskManagerId}${pid} ${loss.how} before the job "${requirement.jobName}" could start; ` +
      `it needs ${slots(needed)} and ${supply.slotCount} are left`,
    {jobId: requirement.jobId, taskManagerId: loss.taskManagerId, slotsNeeded: needed, slotsThere: supply.slotCount},
    {tryThis: loss.tryThis},
  )
}

function neededSum({required}: SlotRequirement): string {
  return `${formatSlotsRequired(required)}, slot sharing is ${isShared(required) ? 'on' : 'off'}`
}

function supplySum({taskManagerCount, slotCount}: SlotSupply): string {
  if (taskManagerCount === 0) return 'no TaskManager'
  const each = slotCount / taskManagerCount
  const taskManagers = `${taskManagerCount} TaskManager${taskManagerCount === 1 ? '' : 's'}`
  return Number.isInteger(each)
    ? `${taskManagers} × ${slots(each)} = ${slotCount}`
    : `${taskManagers} with ${slots(slotCount)}`
}

function whatToChange(requirement: SlotRequirement, supply: SlotSupply): string {
  const needed = requirement.required.total
  const taskManagers = Math.max(1, supply.taskManagerCount)
  const each = Math.max(1, Math.floor(supply.slotCount / taskManagers))
  const ways = [`--slots ${Math.ceil(needed / taskManagers)}`, `--num-taskmanagers ${Math.ceil(needed / each)}`]
  const parallelism = fittingParallelism(requirement.required, supply.slotCount)
  if (parallelism > 0) ways.push(`-p ${parallelism}`)
  if (!isShared(requirement.required)) ways.push('slot sharing (without --no-slot-sharing)')
  return `Use ${ways.slice(0, -1).join(', ')} or ${ways[ways.length - 1]}.`
}

/** The highest parallelism at which the job fits, or 0. */
function fittingParallelism({groups}: SlotsRequired, slotCount: number): number {
  const needAt = (p: number) => groups.reduce((sum, group) => sum + Math.min(group.slots, p), 0)
  let parallelism = Math.max(...groups.map((group) => group.slots))
  while (parallelism > 0 && needAt(parallelism) > slotCount) parallelism -= 1
  return parallelism
}

/** Off means that no two vertices share slots although there are several. */
function isShared({groups}: SlotsRequired): boolean {
  return groups.length === 1 || groups.some((group) => group.vertices.length > 1)
}

function slots(count: number): string {
  return count === 1 ? '1 slot' : `${count} slots`
}
