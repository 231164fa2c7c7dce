import type {CheckpointBarrier} from '../core/index.js'
import type {CheckpointMessage} from './task-executor-effect.js'

/** The barrier that a source sends when it is told to begin a checkpoint. */
export function barrierOf({
  checkpointId,
  timestampMs,
  options,
}: Extract<CheckpointMessage, {kind: 'triggerCheckpoint'}>): CheckpointBarrier {
  return {kind: 'checkpointBarrier', checkpointId, timestampMs, options}
}
