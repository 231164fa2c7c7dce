import type {Moves} from '../core/index.js'

/**
 * The life of a slot as the ResourceManager sees it; every state but FREE belongs to one allocation of one job.
 *
 *             requestSlot            offerSlot               freeSlot
 *   FREE ─────────────────▶ PENDING ───────────▶ ALLOCATED ───────────▶ RELEASING ───▶ FREE
 *     ▲                        │ slotRefused │ freeSlot    │ slotFreed unasked  slotFreed
 *     └────────────────────────┘             └─▶ RELEASING └─▶ FREE
 */
export type SlotState = 'FREE' | 'PENDING' | 'ALLOCATED' | 'RELEASING'

export const SLOT_MOVES = {
  FREE: ['PENDING'],
  PENDING: ['ALLOCATED', 'RELEASING', 'FREE'],
  ALLOCATED: ['RELEASING', 'FREE'],
  RELEASING: ['FREE'],
} as const satisfies Moves<SlotState>
