import type {AggregatingStateDescriptor, ListStateDescriptor, ReducingStateDescriptor} from '../../../state/index.js'
import type {StateAccess} from '../state-access.js'

/**
 * What a trigger may use. Timers and state are those of the current key and window. One object for all calls: do not keep it,
 * nor the states it gives.
 *
 * Units    Milliseconds since the epoch.
 */
export interface TriggerContext {
  getCurrentProcessingTime(): number
  /** MIN_TIMESTAMP_MS before the first watermark. */
  getCurrentWatermark(): number
  registerProcessingTimeTimer(timeMs: number): void
  registerEventTimeTimer(timeMs: number): void
  deleteProcessingTimeTimer(timeMs: number): void
  deleteEventTimeTimer(timeMs: number): void
  readonly getPartitionedState: StateAccess
}

/** While windows merge: the current window is what they become. */
export interface OnMergeContext extends TriggerContext {
  /** Brings together what the merged windows have in this state. */
  mergePartitionedState(descriptor: MergeableDescriptor): void
}

export type MergeableDescriptor =
  // biome-ignore lint/suspicious/noExplicitAny: any type of content
  | ListStateDescriptor<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | ReducingStateDescriptor<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | AggregatingStateDescriptor<any, any, any>
