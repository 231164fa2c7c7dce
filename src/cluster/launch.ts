import {createRequire} from 'node:module'
import {join} from 'node:path'
import {FtsError} from '../core/index.js'
import {ClusterProcesses} from './cluster-processes.js'
import {expectedSlots} from './expected-slots.js'
import {handOver} from './handover.js'
import {packageRoot} from './package-root.js'
import {createRunDirectory} from './run-directory.js'
import {FIRST_TASK_MANAGER, taskManagerEntry} from './task-manager-entry.js'
import {exitCodeOf, onTerminationSignals, type TerminationSignal} from './termination-signals.js'
import {usableCores} from './usable-cores.js'

/**
 * The first thing that runs: forks the first TaskManager, then loads the command line. Node takes as long to start the one as
 * this process takes to load, parse and listen, so the two go side by side. A TaskManager that turns out not to be needed (a
 * wrong flag, say) is killed when this process exits.
 */
export function launchJob(argv: readonly string[]): void {
  try {
    const runDirectory = createRunDirectory()
    const processes = new ClusterProcesses(runDirectory, {runsUserCode: argv[0] !== 'wordcount'})
    const endNow = (signal: TerminationSignal) => process.exit(exitCodeOf(signal))
    const releaseSignals = onTerminationSignals({first: endNow, again: endNow})
    processes.fork(
      FIRST_TASK_MANAGER,
      taskManagerEntry({
        runDirectory,
        taskManagerId: FIRST_TASK_MANAGER,
        expectedSlots: expectedSlots(argv, usableCores),
      }),
    )
    handOver({processes, releaseSignals})
  } catch (error) {
    refuse(FtsError.from(error))
  }
  createRequire(import.meta.url)(join(packageRoot(), 'dist/bundle/cli.cjs'))
}

/** The command line, which prints errors otherwise, is not loaded yet. */
function refuse(error: FtsError): never {
  process.stderr.write(`fts: ${error.message}\n${error.tryThis === undefined ? '' : `  → ${error.tryThis}\n`}`)
  process.exit(error.kind === 'user' ? 2 : 1)
}
