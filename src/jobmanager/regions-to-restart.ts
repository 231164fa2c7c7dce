import type {PipelinedRegion} from '../graph/index.js'

/**
 * The regions (by index) that are restarted together: those that failed, the producers of results that they need and that are lost,
 * and everybody who has read results of a restarted region, who may get other ones. Regions that have not started yet start later
 * all the same.
 *
 * Source   Flink 2.3 RestartPipelinedRegionFailoverStrategy.
 */
export function regionsToRestart(
  regions: readonly PipelinedRegion[],
  failed: Iterable<number>,
  of: {readonly hasLostResults: (region: number) => boolean; readonly hasStarted: (region: number) => boolean},
): Set<number> {
  const set = new Set<number>()
  const queue = [...failed]
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    if (set.has(index)) continue
    set.add(index)
    queue.push(...regions[index].consumes.filter((producer) => of.hasLostResults(producer)))
    for (const other of regions)
      if (other.consumes.includes(index) && of.hasStarted(other.index)) queue.push(other.index)
  }
  return set
}
