import {type JobId, jobId} from '../core/index.js'
import {NodeRandom} from '../platform/index.js'

/** 32 hex characters, as Flink's. */
export function newJobId(): JobId {
  return jobId(new NodeRandom().hex(16))
}
