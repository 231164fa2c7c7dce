import {planWordCount, type WordCountOptions} from '../src/api/index.js'
import {newJobId} from '../src/cluster/index.js'
import type {JobFlags} from './job-flags.js'
import {runJob} from './run-job.js'

/** Plans and runs a word count. Answers the exit code. Errors: `user`, from the input. */
export async function runWordCount(options: Omit<WordCountOptions, 'jobId'>, flags: JobFlags): Promise<number> {
  const graph = await planWordCount({...options, jobId: newJobId()})
  return runJob({graph, configuration: options.configuration, flags})
}
