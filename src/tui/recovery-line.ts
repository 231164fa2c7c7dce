import {formatBytes, formatDuration, type JobView} from '../metrics/index.js'
import {type Line, span} from './line.js'

/** How a job with checkpoints stands: the last one, and what it was restarted for. Undefined where there is nothing to say. */
export function recoveryLine({checkpoints, restarts = 0, failures}: JobView): Line | undefined {
  if (checkpoints === undefined && restarts === 0) return undefined
  const last = checkpoints?.last
  const stored =
    last === undefined
      ? 'no checkpoint yet'
      : `checkpoint ${last.checkpointId} · ${formatDuration(last.durationMs)} · ${formatBytes(last.stateBytes)}`
  const failed = checkpoints === undefined || checkpoints.failed === 0 ? '' : ` · ${checkpoints.failed} failed`
  if (restarts === 0) return [span(stored + failed, 'dim')]
  const times = ` · restarted ${restarts} time${restarts === 1 ? '' : 's'}`
  const why = failures?.[0] === undefined ? '' : `: ${failures[0].message}`
  return [span(stored + failed, 'dim'), span(times + why, 'yellow')]
}
