import {isatty} from 'node:tty'
import {discardUnfinishedOutput, planWordCount, type WordCountOptions} from '../src/api/index.js'
import {newJobId} from '../src/cluster/index.js'
import type {JobFlags} from './job-flags.js'
import {runJob} from './run-job.js'

/** Plans and runs a word count. Answers the exit code. Errors: `user`, from the input. */
export async function runWordCount(options: Omit<WordCountOptions, 'jobId'>, flags: JobFlags): Promise<number> {
  const jobId = newJobId()
  const graph = await planWordCount({...options, jobId})
  try {
    const run = {graph, configuration: options.configuration, flags, terminalIsBusy: terminalIsBusy(options)}
    return (await runJob(run)).exitCode
  } finally {
    // A TaskManager that was killed could not remove what it had begun to write.
    if (options.outputPath !== undefined) discardUnfinishedOutput(options.outputPath, jobId)
  }
}

/** In batch mode results come when all is done, and then the screen goes. */
function terminalIsBusy({input, mode, outputPath}: Omit<WordCountOptions, 'jobId'>): string | undefined {
  if (input.kind === 'stdin' && isatty(0)) return 'the text is typed at the same terminal'
  if (mode === 'streaming' && outputPath === undefined && isatty(1)) return 'running counts go to the same terminal'
  return undefined
}
