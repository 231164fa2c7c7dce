import type {JobView, SlotView, TaskManagerView} from '../metrics/index.js'

/** A slot with the TaskManager it belongs to. */
export interface ListedSlot {
  readonly taskManager: TaskManagerView
  readonly slot: SlotView
}

/** All slots, in the order in which they are shown and selected. */
export function slotList({taskManagers}: JobView): readonly ListedSlot[] {
  return taskManagers.flatMap((taskManager) => taskManager.slots.map((slot) => ({taskManager, slot})))
}
