import {packageRoot, usableCores} from '../src/cluster/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {planJson, planMermaid} from '../src/graph/index.js'
import {bundleJob, jobNameOf, programError} from '../src/job/index.js'
import {DescribingHost} from './describing-host.js'
import {describeJob} from './job-description.js'
import {jobDescriptionText} from './job-description-text.js'
import {didNotExecute, entryOf} from './program-entry.js'
import {runBundle} from './run-bundle.js'

export interface InfoRequest {
  readonly file: string
  readonly args: readonly string[]
  readonly entry: string | undefined
  readonly configuration: Configuration
  readonly form: 'text' | 'json' | 'mermaid'
}

/** Loads a program, and prints what it would run. Answers the exit code. Errors: those of the program. */
export async function runInfo({file, args, entry, configuration, form}: InfoRequest): Promise<number> {
  const bundle = await bundleJob(file, packageRoot())
  const {entryPath} = bundle
  const start = {entryPath, args, ...entryOf(bundle, entry)}
  const defaults = {
    parallelism: configuration.get(OPTIONS.parallelism) || usableCores(),
    jobName: jobNameOf(entryPath),
    configuration,
  }
  const host = new DescribingHost(defaults, (job, graph) => {
    const description = describeJob(job, graph)
    const text = {
      text: () => jobDescriptionText(description),
      json: () => `${JSON.stringify(planJson(graph), undefined, 2)}\n`,
      mermaid: () => planMermaid(graph),
    }[form]()
    process.stdout.write(text)
    // In the other forms they would be in the way of whoever reads them.
    if (form !== 'text') for (const warning of description.warnings) process.stderr.write(`warning: ${warning}\n`)
  })
  const explain = (error: unknown) => programError(error, entryPath)
  const exitCode = await runBundle({bundle, start, host, explain})
  if (exitCode === undefined) throw didNotExecute(file)
  return exitCode
}
