import {basename} from 'node:path'
import type {SpillFolderOwner} from '../io/index.js'

/** Whose a slot's spill folders are: known to its thread, which makes them, and to the main thread, which removes what is left. */
export function spillOwner(of: {
  readonly runDirectory: string
  readonly taskManagerId: string
  readonly slotIndex: number
}): SpillFolderOwner {
  return {
    pid: process.pid,
    runId: basename(of.runDirectory),
    instance: `${of.taskManagerId}-${of.slotIndex}`,
  }
}
