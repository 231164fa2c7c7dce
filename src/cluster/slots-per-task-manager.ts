import {type JobGraphSpec, slotsRequired} from '../graph/index.js'

/** As many slots on each TaskManager as the job needs, spread evenly. */
export function slotsPerTaskManager(graph: JobGraphSpec, numTaskManagers: number): number {
  return Math.ceil(slotsRequired(graph).total / numTaskManagers)
}
