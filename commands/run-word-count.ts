import {isatty} from 'node:tty'
import {planWordCount, type WordCountOptions} from '../src/api/index.js'
import {newJobId} from '../src/cluster/index.js'
import type {JobFlags} from './job-flags.js'
import {runJob} from './run-job.js'

/** Plans and runs a word count. Answers the exit code. Errors: `user`, from the input. */
export async function runWordCount(options: Omit<WordCountOptions, 'jobId'>, flags: JobFlags): Promise<number> {
  const graph = await planWordCount({...options, jobId: newJobId()})
  return runJob({graph, configuration: options.configuration, flags, terminalIsBusy: terminalIsBusy(options)})
}

/** In batch mode results come when all is done, and then the screen goes. */
function terminalIsBusy({input, mode, outputPath}: Omit<WordCountOptions, 'jobId'>): string | undefined {
  if (input.kind === 'stdin' && isatty(0)) return 'the text is typed at the same terminal'
  if (mode === 'streaming' && outputPath === undefined && isatty(1)) return 'running counts go to the same terminal'
  return undefined
}
