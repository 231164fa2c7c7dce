import {murmurHash} from '../../../core/index.js'
import {windowStart} from '../window-start.js'
import type {WindowAssignerContext} from './window-assigner.js'

/**
 * Shifts the windows of the subtasks against each other, so that not all of them fire at once.
 *
 *   ALIGNED   not at all
 *   RANDOM    each subtask by a part of the size that looks random; it follows from the subtask's index, so that it stays after a restart
 *   NATURAL   by the part of a window that has gone by when the subtask's first element comes
 */
export type WindowStagger = 'ALIGNED' | 'RANDOM' | 'NATURAL'

export const WINDOW_STAGGERS: readonly WindowStagger[] = ['ALIGNED', 'RANDOM', 'NATURAL']

const HASH_RANGE = 2 ** 31

/** How far the windows of this subtask are shifted, fixed with its first element. Source: Flink 2.3 WindowStagger. */
export function staggerMs(stagger: WindowStagger, sizeMs: number, context: WindowAssignerContext): number {
  if (stagger === 'ALIGNED') return 0
  context.staggerMs ??=
    stagger === 'RANDOM'
      ? Math.floor((murmurHash(context.subtaskIndex) / HASH_RANGE) * sizeMs)
      : naturalStagger(context.getCurrentProcessingTime(), sizeMs)
  return context.staggerMs
}

function naturalStagger(nowMs: number, sizeMs: number): number {
  return Math.max(0, nowMs - windowStart(nowMs, 0, sizeMs))
}
