import {statSync} from 'node:fs'
import type {WordCountInput} from '../src/api/index.js'
import {usableCores} from '../src/cluster/index.js'

/**
 * Below this a second slot costs more than it saves: its thread takes 30 ms of processor time to start, in which the first has counted
 * several MB, and what both have counted must be brought together. 10 MB took 0.30 s with one slot and 0.37 s with two; 100 MB
 * are the first size that gains (2026-11-21).
 */
const SMALL_INPUT_BYTES = 32 * 1024 * 1024

/** The usable cores; for small files 1. */
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
