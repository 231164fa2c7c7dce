import type {JobOutcome} from '../api/index.js'
import type {JobResult} from '../metrics/index.js'
import {createBatchSerializer} from '../types/index.js'
import type {PastJob} from './past-jobs.js'

/** What a program sees of a job that has ended well: how it ended and, by collector, which records came. */
export function finishedJob(result: JobResult, collected: readonly (readonly unknown[])[]): PastJob {
  return {
    jobId: result.view.jobId,
    end: {kind: 'finished', result: jobOutcome(result)},
    collected: collected.map((records) => ({state: 'ended', frames: records.length === 0 ? [] : [frameOf(records)]})),
  }
}

export function jobOutcome({view, reports, accumulators = {}}: JobResult): JobOutcome {
  const {jobId, name, durationMs} = view
  return {jobId, jobName: name, netRuntimeMs: durationMs, counters: reports, accumulators}
}

function frameOf(values: readonly unknown[]): Uint8Array {
  const batches = createBatchSerializer({channelName: 'executeAndCollect'})
  batches.append({kind: 'objects', rowCount: values.length, values}, undefined, values.length)
  // The serializer uses its memory again.
  return Uint8Array.from(batches.take())
}
