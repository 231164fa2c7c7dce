import type {TimeWindow} from '../time-window.js'
import type {MergeCallback} from './merging-window-assigner.js'

/** Merges windows that overlap or touch. Source: Flink 2.3 TimeWindow.mergeWindows. */
export function mergeTimeWindows(windows: readonly TimeWindow[], merge: MergeCallback<TimeWindow>): void {
  const sorted = [...windows].sort((a, b) => a.start - b.start)
  let group: TimeWindow[] = []
  let cover: TimeWindow | undefined
  for (const window of sorted) {
    if (cover?.intersects(window)) {
      if (!group.some(({start, end}) => start === window.start && end === window.end)) group.push(window)
      cover = cover.cover(window)
      continue
    }
    if (cover !== undefined && group.length > 1) merge(group, cover)
    group = [window]
    cover = window
  }
  if (cover !== undefined && group.length > 1) merge(group, cover)
}
