import type {InternalTimerService, KeyedStateBackend, MergingState, StateDescriptor} from '../../state/index.js'
import type {StateAccess} from './state-access.js'
import type {MergeableDescriptor, OnMergeContext} from './triggers/trigger-context.js'
import type {Window} from './window.js'

/** The trigger context of one operator: its window moves, the key is the current one. */
export class WindowTriggerContext<W extends Window> implements OnMergeContext {
  window!: W
  /** What merges, while windows do. */
  mergedWindows: readonly W[] = []

  constructor(
    private readonly state: KeyedStateBackend,
    private readonly timers: InternalTimerService<W>,
  ) {}

  readonly getPartitionedState: StateAccess = (descriptor: StateDescriptor) =>
    this.state.getState(this.window, descriptor) as never

  mergePartitionedState(descriptor: MergeableDescriptor): void {
    const state = this.state.getState(this.window, descriptor as StateDescriptor) as unknown as MergingState
    state.mergeNamespaces(this.window, this.mergedWindows)
  }

  getCurrentProcessingTime(): number {
    return this.timers.currentProcessingTime()
  }

  getCurrentWatermark(): number {
    return this.timers.currentWatermark()
  }

  registerProcessingTimeTimer(timeMs: number): void {
    this.timers.registerProcessingTimeTimer(this.window, timeMs)
  }

  registerEventTimeTimer(timeMs: number): void {
    this.timers.registerEventTimeTimer(this.window, timeMs)
  }

  deleteProcessingTimeTimer(timeMs: number): void {
    this.timers.deleteProcessingTimeTimer(this.window, timeMs)
  }

  deleteEventTimeTimer(timeMs: number): void {
    this.timers.deleteEventTimeTimer(this.window, timeMs)
  }
}
