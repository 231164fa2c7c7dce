/**
 * What a trigger decides about a window. Fire: the window function is called with what the window holds. Purge: what the window
 * holds is forgotten; the window itself, its trigger state and its timers stay.
 */
export const TriggerResult = {
  CONTINUE: 'CONTINUE',
  FIRE: 'FIRE',
  PURGE: 'PURGE',
  FIRE_AND_PURGE: 'FIRE_AND_PURGE',
} as const

export type TriggerResult = (typeof TriggerResult)[keyof typeof TriggerResult]

export function isFire(result: TriggerResult): boolean {
  return result === 'FIRE' || result === 'FIRE_AND_PURGE'
}

export function isPurge(result: TriggerResult): boolean {
  return result === 'PURGE' || result === 'FIRE_AND_PURGE'
}
