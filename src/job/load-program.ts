import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'
import {FtsError} from '../core/index.js'
import {publishProgramApi} from './program-api-module.js'
import {Quiet} from './quiet.js'

/** A bundled program, and how it is called. */
export interface ProgramStart {
  /** The bundle. */
  readonly path: string
  /** The user's own file. */
  readonly entryPath: string
  readonly args: readonly string[]
  /** The export to call after loading; else `main` or the default export, if that is a function and nothing was executed yet. */
  readonly entryFunction?: string
}

/** What the loader asks about the program while it runs. */
export interface ProgramProgress {
  /** `execute` has been called. */
  hasExecuted(): boolean
  /** A job of the program runs. */
  isExecuting(): boolean
}

/** A program that waits although nothing is on its way for so long waits in vain. */
const STUCK_AFTER_MS = 1000

type ProgramModule = Readonly<Record<string, unknown>>

/**
 * Loads a bundled program in this thread and resolves when it has done all it wants to: its module has run, so has its main function,
 * and nothing of it is on its way.
 *
 * Errors   those of the program; `user` FTS_NO_ENTRY for an entry that the module does not export, FTS_PROGRAM_STUCK for a program that waits
 * for what cannot come any more.
 */
export async function loadProgram(start: ProgramStart, progress: ProgramProgress): Promise<void> {
  const {entryPath, args} = start
  publishProgramApi()
  // Stacks point into the user's TypeScript.
  process.setSourceMapsEnabled(true)
  process.argv = [process.execPath, entryPath, ...args]
  // For parts of the program that are CommonJS.
  ;(globalThis as {require?: NodeJS.Require}).require ??= createRequire(entryPath)
  const quiet = new Quiet()
  const rejection = firstRejection()
  try {
    const isBusy = () => progress.isExecuting()
    const done = startProgram(start, progress).then(() => quiet.wait(isBusy))
    const stuck = quiet.wait(isBusy, STUCK_AFTER_MS).then(() => Promise.reject(waitsInVain(entryPath)))
    await Promise.race([rejection.promise, done, stuck])
  } finally {
    quiet.stop()
    rejection.stop()
  }
}

/** Loads the module and calls its entry. A `query` makes it another module, which is loaded although it was before. */
export async function startProgram(start: ProgramStart, progress: ProgramProgress, query = ''): Promise<void> {
  const module = (await import(pathToFileURL(start.path).href + query)) as ProgramModule
  const entry = entryOf(module, start, progress)
  if (entry !== undefined) await entry(start.args)
}

type Entry = (args: readonly string[]) => unknown

function entryOf(module: ProgramModule, {entryFunction, entryPath}: ProgramStart, progress: ProgramProgress) {
  if (entryFunction === undefined) {
    const found = [module.main, module.default].find((one) => typeof one === 'function')
    return progress.hasExecuted() ? undefined : (found as Entry | undefined)
  }
  const entry = module[entryFunction]
  if (typeof entry === 'function') return entry as Entry
  const exported = Object.keys(module).filter((name) => typeof module[name] === 'function')
  throw new FtsError(
    'user',
    'FTS_NO_ENTRY',
    `${entryPath} exports no function "${entryFunction}"`,
    {entryPath, entryFunction},
    {tryThis: exported.length === 0 ? 'It exports no function at all.' : `It exports ${exported.join(', ')}.`},
  )
}

function waitsInVain(entryPath: string): FtsError {
  return new FtsError(
    'user',
    'FTS_PROGRAM_STUCK',
    `${entryPath} waits for something that cannot come: nothing is running, and no file, timer or connection is open`,
    {entryPath},
    {tryThis: 'Look at its await expressions for a promise that nobody settles.'},
  )
}

/** A promise of the program that fails and that nobody waits for, `main()` say, fails the program. */
function firstRejection() {
  let stop = () => {}
  const promise = new Promise<never>((_, reject) => {
    process.once('unhandledRejection', reject)
    stop = () => process.removeListener('unhandledRejection', reject)
  })
  return {promise, stop}
}
