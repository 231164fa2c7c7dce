import type {ExecutionGraphPlan, SubtaskPlan} from './execution-graph-plan.js'

/** The subtasks that run in one slot. */
export interface SharedSlot {
  readonly slotSharingGroup: string
  /** Within the group, from 0. */
  readonly indexInGroup: number
  /** In topological order; at most one of each vertex. */
  readonly subtasks: readonly SubtaskPlan[]
}

/** Slot i of a group holds subtask i of every vertex of the group. As many slots as `slotsRequired` says. */
export function sharedSlots(plan: ExecutionGraphPlan): readonly SharedSlot[] {
  const slots = new Map<string, {slotSharingGroup: string; indexInGroup: number; subtasks: SubtaskPlan[]}>()
  for (const subtask of plan.subtasks) {
    const {slotSharingGroup} = subtask.vertex
    const indexInGroup = subtask.subtaskIndex
    const key = JSON.stringify([slotSharingGroup, indexInGroup])
    const slot = slots.get(key) ?? {slotSharingGroup, indexInGroup, subtasks: []}
    slot.subtasks.push(subtask)
    slots.set(key, slot)
  }
  return [...slots.values()]
}
