/** What a subtask of a source tells of its event time, where sources are aligned (`WatermarkStrategy.withWatermarkAlignment`). */
export interface WatermarkReport {
  /** Sources of one name wait for each other. */
  readonly group: string
  /** How far it may be ahead of the group. */
  readonly maxDriftMs: number
  /** MAX_TIMESTAMP_MS: it is idle, nobody waits for it. */
  readonly watermarkMs: number
}
