import {setImmediate as nextTurn} from 'node:timers/promises'
import {type JobClient, type ProgramHost, type ProgramJob, setProgramHost} from '../api/index.js'
import {FtsError} from '../core/index.js'
import {type ProgramStart, startProgram} from './load-program.js'
import {publishProgramApi} from './program-api-module.js'
import {withoutOutput} from './without-output.js'

/** Turns of the event loop that a program which is not waited for (`main()` without await) has until it executes. */
const TURNS_MAX = 5000

let loads = 0

/**
 * Loads a bundled program anew, whatever was loaded of it before, up to its first `execute`, and answers the job; the program does not come back from
 * there. What it prints is dropped. Each load stays in memory until its thread ends.
 *
 * Errors   those of the program; `user` FTS_NO_EXECUTE.
 */
export async function loadJob(start: ProgramStart, defaults: ProgramHost['defaults']): Promise<ProgramJob> {
  publishProgramApi()
  process.argv = [process.execPath, start.entryPath, ...start.args]
  let found: ProgramJob | undefined
  const built = new Promise<ProgramJob>((resolve) => {
    const submit = (job: ProgramJob): Promise<JobClient> => {
      found ??= job
      resolve(job)
      return new Promise(() => {})
    }
    setProgramHost({defaults, submit})
  })
  const progress = {hasExecuted: () => found !== undefined, isExecuting: () => false}
  return withoutOutput(() =>
    Promise.race([built, startProgram(start, progress, `?load=${loads++}`).then(() => executedBySoon(built, start))]),
  )
}

async function executedBySoon(built: Promise<ProgramJob>, {entryPath}: ProgramStart): Promise<ProgramJob> {
  let job: ProgramJob | undefined
  void built.then((one) => {
    job = one
  })
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    await nextTurn()
    if (job !== undefined) return job
  }
  throw new FtsError('user', 'FTS_NO_EXECUTE', `${entryPath} ended without running a job: it never called execute()`)
}
