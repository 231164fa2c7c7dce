import {setImmediate as nextTurn} from 'node:timers/promises'
import {type JobClient, type ProgramHost, type ProgramJob, setProgramHost} from '../api/index.js'
import {FtsError} from '../core/index.js'
import {type ProgramStart, startProgram} from './load-program.js'
import type {PastJob} from './past-jobs.js'
import {publishProgramApi} from './program-api-module.js'
import {replayPastJob} from './replay-past-job.js'
import {withoutOutput} from './without-output.js'

/** Turns of the event loop that a program which is not waited for (`main()` without await) has until it executes. */
const TURNS_MAX = 5000

let loads = 0

/**
 * Loads a bundled program anew, whatever was loaded of it before, up to one `execute`, and answers the job; the program does not come back from
 * there. It is given `past` as what came of its jobs before that one. What it prints is dropped. Each load stays in memory until its thread ends.
 *
 * Undefined: it has no further job. Errors: those of the program; `user` FTS_NO_EXECUTE where it has none at all.
 */
export async function loadJob(
  start: ProgramStart,
  defaults: ProgramHost['defaults'],
  past: readonly PastJob[] = [],
): Promise<ProgramJob | undefined> {
  publishProgramApi()
  process.argv = [process.execPath, start.entryPath, ...start.args]
  let executions = 0
  const built = new Promise<ProgramJob>((resolve) => {
    const submit = (job: ProgramJob): Promise<JobClient> => {
      const index = executions++
      if (index < past.length) return replayPastJob(past[index], job)
      resolve(job)
      return new Promise(() => {})
    }
    setProgramHost({defaults, submit})
  })
  const progress = {hasExecuted: () => executions > 0, isExecuting: () => false}
  const started = startProgram(start, progress, `?load=${loads++}`).then(() => isSoon(built))
  const job = await withoutOutput(() => Promise.race([built, started]))
  if (job === undefined && past.length === 0) throw noExecute(start)
  return job
}

/** Undefined: it did not come. */
async function isSoon(built: Promise<ProgramJob>): Promise<ProgramJob | undefined> {
  let job: ProgramJob | undefined
  void built.then((one) => {
    job = one
  })
  for (let turn = 0; turn < TURNS_MAX && job === undefined; turn++) await nextTurn()
  return job
}

function noExecute({entryPath}: ProgramStart): FtsError {
  return new FtsError('user', 'FTS_NO_EXECUTE', `${entryPath} ended without running a job: it never called execute()`)
}
