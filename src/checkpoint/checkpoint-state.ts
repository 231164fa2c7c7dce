import type {Moves} from '../core/index.js'

/**
 * The life of one checkpoint.
 *
 *   PREPARING ─▶ TRIGGERED ─▶ STORING ─▶ COMPLETED ─▶ SUBSUMED
 *       └────────────┴───────────┴─────▶ ABORTED
 *
 * PREPARING: its folder is made. STORING: all subtasks have acknowledged, `_metadata` is written.
 */
export type CheckpointState = 'PREPARING' | 'TRIGGERED' | 'STORING' | 'COMPLETED' | 'SUBSUMED' | 'ABORTED'

export const CHECKPOINT_MOVES = {
  PREPARING: ['TRIGGERED', 'ABORTED'],
  TRIGGERED: ['STORING', 'ABORTED'],
  STORING: ['COMPLETED', 'ABORTED'],
  COMPLETED: ['SUBSUMED'],
  SUBSUMED: [],
  ABORTED: [],
} as const satisfies Moves<CheckpointState>
