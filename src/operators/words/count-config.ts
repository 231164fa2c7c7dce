import type {WordOrder} from '../../columns/index.js'

/** The part of a slot's managed memory that the global count takes at most: what local count and spill buffers leave. */
export const COUNT_MEMORY_SHARE = 0.7

/** Files of one level of spilling. 32 times the memory is covered by one level, 1024 times by two. */
export const SPILL_PARTITION_COUNT = 32

export interface CountConfig {
  readonly order: WordOrder
  /** Emits only the first rows in this order. */
  readonly limit: number
  readonly memoryShare: number
  readonly spillPartitionCount: number
}
