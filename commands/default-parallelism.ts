import {statSync} from 'node:fs'
import type {WordCountInput} from '../src/api/index.js'
import {usableCores} from '../src/cluster/index.js'

/** The least that is cut into a split of its own (see api): of less than this, a second subtask would get nothing. */
const SMALL_INPUT_BYTES = 256 * 1024

/** The usable cores; for a few small files 1, because a thread that has nothing to read would only make the start longer. */
export function defaultParallelism(input: WordCountInput): number {
  return isSmall(input) ? 1 : usableCores()
}

function isSmall(input: WordCountInput): boolean {
  if (input.kind !== 'paths') return false
  let bytes = 0
  for (const path of input.paths) {
    const stat = statSync(path, {throwIfNoEntry: false})
    // A folder or a pattern may hold anything, and what is wrong with a path is told later.
    if (stat?.isFile() !== true) return false
    bytes += stat.size
  }
  return bytes < SMALL_INPUT_BYTES
}
