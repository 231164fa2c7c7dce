import type {Clock, Net, Timers} from '../platform/index.js'
import {type JobManagerMessage, RpcEndpoint, type TaskManagerMessage} from '../rpc/index.js'

const RETRY_DELAY_MS_FIRST = 10
const RETRY_DELAY_MS_MAX = 500

export type JobManagerEndpoint = RpcEndpoint<TaskManagerMessage, JobManagerMessage>

/**
 * Connects to the JobManager's socket; tries again while there is none, until the registration timeout.
 *
 * Errors   that of the last attempt.
 */
export async function connectToJobManager(of: {
  readonly path: string
  readonly timeoutMs: number
  readonly net: Net
  readonly clock: Clock
  readonly timers: Timers
}): Promise<JobManagerEndpoint> {
  const endMs = of.clock.monotonicMs() + of.timeoutMs
  for (let delayMs = RETRY_DELAY_MS_FIRST; ; delayMs = Math.min(delayMs * 2, RETRY_DELAY_MS_MAX)) {
    try {
      return new RpcEndpoint(await of.net.connect(of.path), 'taskmanager')
    } catch (error) {
      if (of.clock.monotonicMs() + delayMs > endMs) throw error
    }
    await new Promise<void>((resolve) => of.timers.after(delayMs, resolve))
  }
}
