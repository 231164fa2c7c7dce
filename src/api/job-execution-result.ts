/** What came of a job. */
export interface JobExecutionResult {
  readonly jobId: string
  readonly jobName: string
  /** From submission to the end, in ms. */
  readonly netRuntimeMs: number
  /** What functions counted with `getRuntimeContext().counter(name)` and what operators reported, summed over all subtasks, by name. */
  readonly counters: Readonly<Record<string, number>>
}
