/** The part of a slot's managed memory that a local count takes at most; the global count behind the shuffle has the rest. */
export const LOCAL_MEMORY_SHARE = 0.25

export interface LocalCountConfig {
  readonly memoryShare: number
}
