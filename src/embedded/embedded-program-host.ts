import {existsSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'
import {type JobClient, type ProgramHost, type ProgramJob, setProgramHost} from '../api/index.js'
import {
  exitCodeOf,
  type JobHandle,
  newJobId,
  packageRoot,
  runInForeground,
  slotsPerTaskManager,
  usableCores,
} from '../cluster/index.js'
import {Configuration, OPTIONS} from '../config/index.js'
import {FtsError} from '../core/index.js'
import {bundleJob, type JobBundle, jobNameOf, ProgramHistory, ProgramSubmission} from '../job/index.js'
import {SilentLog} from '../platform/index.js'

/** Lets programs that import this package run their jobs themselves: `node job.js`, without the command line. */
export function runProgramsHere(): void {
  setProgramHost(new EmbeddedProgramHost(undefined))
}

/**
 * Runs the jobs of the program that this process runs, each on a cluster of its own. The program's file is bundled once for the slots;
 * here it has been loaded already, by whoever runs it (Node, or a loader of TypeScript).
 *
 * Errors   `user` FTS_NO_PROGRAM where it cannot be told which file the program is.
 */
class EmbeddedProgramHost implements ProgramHost {
  private bundle: Promise<JobBundle> | undefined
  private readonly history = new ProgramHistory()

  constructor(private readonly file: string | undefined) {}

  get defaults(): ProgramHost['defaults'] {
    const configuration = Configuration.defaults
    return {parallelism: usableCores(), jobName: jobNameOf(this.file ?? process.argv[1] ?? 'program'), configuration}
  }

  forProgram(file: string): ProgramHost {
    return new EmbeddedProgramHost(file.startsWith('file://') ? fileURLToPath(file) : file)
  }

  async submit(job: ProgramJob): Promise<JobClient> {
    this.bundle ??= bundleJob(this.file ?? programFile(), packageRoot())
    const {history} = this
    const bundle = await this.bundle
    const start = {entryPath: bundle.entryPath, args: process.argv.slice(2)}
    const submission = await ProgramSubmission.plan({job, jobId: newJobId(), bundle, start, history})
    return new Promise((resolve, reject) => {
      const result = run(job, submission, (handle) => {
        resolve({jobId: handle.jobId, cancel: () => handle.cancel(), result})
      })
      result.catch(reject)
    })
  }
}

async function run(job: ProgramJob, submission: ProgramSubmission, onRunning: (handle: JobHandle) => void) {
  const {configuration} = job
  const numTaskManagers = configuration.get(OPTIONS.numTaskManagers)
  const slots = configuration.get(OPTIONS.slotsPerTaskManager) || slotsPerTaskManager(submission.graph, numTaskManagers)
  try {
    const {result, signal} = await runInForeground({
      graph: (runDirectory) => submission.prepare(runDirectory),
      configuration,
      numTaskManagers,
      slotsPerTaskManager: slots,
      log: new SilentLog(),
      onTaskManagerLine: (_taskManagerId, line) => process.stderr.write(`${line}\n`),
      onRunning,
      beforeOutput: async () => {},
    })
    if (signal !== undefined) process.exit(exitCodeOf(signal))
    return submission.end(result)
  } catch (error) {
    submission.abandon(error)
    throw error
  }
}

/** The file that Node was told to run. */
function programFile(): string {
  const file = process.argv[1]
  if (file !== undefined) return existsSync(file) ? file : createRequire(file).resolve(file)
  throw new FtsError(
    'user',
    'FTS_NO_PROGRAM',
    'it cannot be told which file this program is: the slots load it, too',
    {},
    {tryThis: 'Put it into a file and run that, or name it: createLocalEnvironment({program: import.meta.url}).'},
  )
}
