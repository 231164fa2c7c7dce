import type {Window} from '../window.js'
import {WindowAssigner} from './window-assigner.js'

/** Takes the windows that become one, each once, and what they become. */
export type MergeCallback<W extends Window> = (merged: readonly W[], result: W) => void

/** An assigner whose windows of one key may become one. */
export abstract class MergingWindowAssigner<T = unknown, W extends Window = Window> extends WindowAssigner<T, W> {
  /** Calls `merge` for each group of two or more different windows that become one. */
  abstract mergeWindows(windows: readonly W[], merge: MergeCallback<W>): void
}
