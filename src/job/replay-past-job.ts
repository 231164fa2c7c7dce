import {type JobClient, type JobExecutionResult, jobExecutionResult, type ProgramJob} from '../api/index.js'
import {FtsError} from '../core/index.js'
import {createBatchDeserializer} from '../types/index.js'
import type {PastJob, PastRecords} from './past-jobs.js'
import {recordsOf} from './records-of.js'

/**
 * Gives a program what it saw of an earlier job, where that job is not run: in a slot, on the way to a later one.
 *
 * Errors   what refused the job where the program was started; `user` FTS_PAST_RECORDS to whoever waits for records that were too many to keep.
 */
export async function replayPastJob({jobId, end, collected}: PastJob, job: ProgramJob): Promise<JobClient> {
  if (end.kind === 'refused') throw FtsError.fromData(end.error)
  for (const [index, records] of collected.entries()) replay(records, job, index, end)
  const result = resultOf(end)
  // Not every program asks how its job ended.
  result.catch(() => {})
  return {jobId, cancel: () => {}, result}
}

function replay({state, frames}: PastRecords, job: ProgramJob, index: number, end: PastJob['end']): void {
  const receiver = job.collectors[index]
  // The digest of what is built in the end tells whether the program does what it did.
  if (receiver === undefined) return
  const batches = createBatchDeserializer()
  for (const frame of frames) receiver.receive(recordsOf(batches.read(frame)))
  if (state === 'ended') receiver.end()
  else if (state === 'forgotten') receiver.end(tooMany(job.name))
  else if (end.kind === 'failed') receiver.end(FtsError.fromData(end.error))
}

function resultOf(end: PastJob['end']): Promise<JobExecutionResult> {
  if (end.kind === 'finished') return Promise.resolve(jobExecutionResult(end.result))
  if (end.kind === 'failed') return Promise.reject(FtsError.fromData(end.error))
  return new Promise(() => {})
}

function tooMany(jobName: string): FtsError {
  return new FtsError(
    'user',
    'FTS_PAST_RECORDS',
    `the program builds a job from records that it collected from its job "${jobName}", and these are more than the 16 MiB that are kept for the slots, which build the job again`,
    {jobName},
    {tryThis: 'Write the records to a file in the first job (writeAsText, FileSink), and read that file in the next.'},
  )
}
