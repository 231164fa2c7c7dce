import {runInForeground, slotsPerTaskManager} from '../src/cluster/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import type {JobGraphSpec} from '../src/graph/index.js'
import type {JobFlags} from './job-flags.js'
import {reportResult} from './report-result.js'
import {verboseLog} from './verbose-log.js'

export interface JobRun {
  readonly graph: JobGraphSpec
  readonly configuration: Configuration
  readonly flags: JobFlags
}

/** Runs a job on a cluster of its own, shows how it goes, and prints what came of it. Answers the exit code. */
export async function runJob({graph, configuration, flags}: JobRun): Promise<number> {
  const numTaskManagers = configuration.get(OPTIONS.numTaskManagers)
  const log = verboseLog(flags)
  let exitCode = 0
  await runInForeground({
    graph,
    configuration,
    numTaskManagers,
    slotsPerTaskManager: configuration.get(OPTIONS.slotsPerTaskManager) || slotsPerTaskManager(graph, numTaskManagers),
    log,
    onTaskManagerLine: (taskManagerId, line) => log.write('info', line, {from: taskManagerId}),
    onRunning: () => {},
    onResult: (result, signal) => {
      exitCode = reportResult({result, signal, flags})
    },
  })
  return exitCode
}
