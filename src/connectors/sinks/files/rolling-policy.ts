/** A part file that is being written. */
export interface PartState {
  readonly sizeBytes: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** When a part file is closed and the next one begun. */
export interface RollingPolicy {
  /** Asked before more is written to the part. */
  shouldRollOnWrite(part: PartState): boolean
  /** Asked every check interval. */
  shouldRollOnTime(part: PartState, nowMs: number): boolean
  /** Set by OnCheckpointRollingPolicy: where no checkpoints are taken, somebody should be told. */
  readonly rollsAtCheckpointsOnly?: boolean
}

export interface DefaultRollingOptions {
  /** A part that is larger is closed before more is written. Default 128 MiB. */
  readonly maxPartSizeBytes?: number
  /** A part is closed at this age. Default 60 s. */
  readonly rolloverIntervalMs?: number
  /** A part is closed when nothing came for so long. Default 60 s. */
  readonly inactivityIntervalMs?: number
}

const MINUTE_MS = 60_000

/** Flink's DefaultRollingPolicy: by size, age and inactivity. */
export function defaultRolling(options: DefaultRollingOptions = {}): RollingPolicy {
  const {
    maxPartSizeBytes = 128 * 1024 * 1024,
    rolloverIntervalMs = MINUTE_MS,
    inactivityIntervalMs = MINUTE_MS,
  } = options
  return {
    shouldRollOnWrite: ({sizeBytes}) => sizeBytes > maxPartSizeBytes,
    shouldRollOnTime: ({createdAtMs, updatedAtMs}, nowMs) =>
      nowMs - createdAtMs >= rolloverIntervalMs || nowMs - updatedAtMs >= inactivityIntervalMs,
  }
}
