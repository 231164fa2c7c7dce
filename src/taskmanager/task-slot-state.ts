import type {Moves} from '../core/index.js'

/**
 * The life of a slot in its TaskManager. Every state but FREE belongs to one allocation of one job.
 *
 *           requestSlot          submitTasks          freeSlot, tasks run
 *   FREE ───────────────▶ ALLOCATED ───────▶ ACTIVE ──────────────────────▶ RELEASING
 *     ▲                      │ freeSlot       │ freeSlot, none run               │ last task ended
 *     └──────────────────────┴────────────────┴──────────────────────────────────┘
 *
 * Source   Flink 2.3 TaskSlotState, which has FREE only by absence.
 */
export type TaskSlotState = 'FREE' | 'ALLOCATED' | 'ACTIVE' | 'RELEASING'

export const TASK_SLOT_MOVES = {
  FREE: ['ALLOCATED'],
  ALLOCATED: ['ACTIVE', 'FREE'],
  ACTIVE: ['RELEASING', 'FREE'],
  RELEASING: ['FREE'],
} as const satisfies Moves<TaskSlotState>
