import type {RollingPolicy} from './rolling-policy.js'

const POLICY: RollingPolicy = {
  shouldRollOnWrite: () => false,
  shouldRollOnTime: () => false,
  rollsAtCheckpointsOnly: true,
}

/**
 * Flink's policy of that name: a part file ends with each checkpoint and never otherwise. (With every other policy files end at checkpoints, too.)
 * Without checkpoints there is one file for each bucket and subtask, at the end of the job.
 */
export const OnCheckpointRollingPolicy = {
  build: (): RollingPolicy => POLICY,
}
