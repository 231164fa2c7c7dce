import {Configuration, OPTIONS} from '../config/index.js'
import type {TaskDeployment} from '../graph/index.js'

const MODE = 'execution.checkpointing.mode'

/** How a job's checkpoints are meant; undefined: it takes none, whatever its settings say (in batch mode, for example). */
export function checkpointModeOf({
  config,
  ownedFolder,
}: Pick<TaskDeployment, 'config' | 'ownedFolder'>): 'exactlyOnce' | 'atLeastOnce' | undefined {
  if (ownedFolder === undefined) return undefined
  return config[MODE]?.toUpperCase() === 'AT_LEAST_ONCE' ? 'atLeastOnce' : 'exactlyOnce'
}

/** Whether data under way may become part of the job's checkpoints. */
export function keepsInFlight({config, ownedFolder}: Pick<TaskDeployment, 'config' | 'ownedFolder'>): boolean {
  return ownedFolder !== undefined && Configuration.fromEntries(config).get(OPTIONS.unalignedCheckpoints)
}
