import {TimeWindow} from '../time-window.js'
import {mergeTimeWindows} from './merge-time-windows.js'
import {type MergeCallback, MergingWindowAssigner} from './merging-window-assigner.js'

/** Sessions: each element makes a window of its gap; windows of a key that overlap or touch become one. */
export abstract class SessionWindows<T> extends MergingWindowAssigner<T, TimeWindow> {
  constructor(protected readonly gapMs: (element: T) => number) {
    super()
  }

  mergeWindows(windows: readonly TimeWindow[], merge: MergeCallback<TimeWindow>): void {
    mergeTimeWindows(windows, merge)
  }

  protected sessionAt(timestampMs: number, element: T): readonly TimeWindow[] {
    return [new TimeWindow(timestampMs, timestampMs + this.gapMs(element))]
  }
}
