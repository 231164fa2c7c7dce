import {Configuration, OPTIONS} from '../config/index.js'

/** Looks for a leader are steps of the simulation: some in each run, not thousands. */
const RETRY_MS = 5
/** A leader that is stopped for longer is taken over. */
export const LEASE_MS = 80

/** Of simulated JobManagers. Heartbeats are rare, because nothing is lost in silence here. */
export function masterConfiguration(): Configuration {
  return Configuration.defaults
    .with(OPTIONS.heartbeatInterval, 1000)
    .with(OPTIONS.heartbeatTimeout, 20_000)
    .with(OPTIONS.leaseDuration, LEASE_MS)
    .with(OPTIONS.leaseRetryPeriod, RETRY_MS)
}
