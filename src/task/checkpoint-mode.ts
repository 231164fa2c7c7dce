/** The settings of a job that say whether checkpoints are taken, and how exact they are. */
const INTERVAL = 'execution.checkpointing.interval'
const MODE = 'execution.checkpointing.mode'

/** How a job's checkpoints are meant; undefined: it takes none. */
export function checkpointModeOf(config: Readonly<Record<string, string>>): 'exactlyOnce' | 'atLeastOnce' | undefined {
  if (config[INTERVAL] === undefined) return undefined
  return config[MODE]?.toUpperCase() === 'AT_LEAST_ONCE' ? 'atLeastOnce' : 'exactlyOnce'
}
