/** What a sink promises of each record after a failure. */
export type Guarantee = 'exactly once' | 'at least once'

/** What came out of one sink. Records as texts, in the order in which they came out. */
export interface SinkOutcome {
  readonly name: string
  readonly guarantee: Guarantee
  readonly records: readonly string[]
}

/** What a run has committed, by sink. */
export type Outcome = ReadonlyMap<string, SinkOutcome>
