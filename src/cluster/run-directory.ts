import {lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, type Stats, statSync, writeFileSync} from 'node:fs'
import {tmpdir, userInfo} from 'node:os'
import {dirname, isAbsolute, join, resolve} from 'node:path'
import {FtsError} from '../core/index.js'
import {NodeProcesses, parseProcessIdentity, processIdentityText, removeUnfinishedNow} from '../platform/index.js'

/** Socket paths hold about 100 bytes; what comes after the base is at most 40. */
const BASE_PATH_BYTES_MAX = 60

const OWNER_FILE = 'owner.pid'

/** Of one process at once. */
const CLUSTERS_MAX = 64

const processes = new NodeProcesses()

/**
 * The folder of one cluster: sockets and pid files, mode 0700. `owner.pid` says which process it belongs to (and since when that
 * process runs, because process ids come again).
 *
 * Errors   `user` `FTS_RUN_DIRECTORY` when it can be made in none of `runDirectoryBases`; it tells of the first.
 */
export function createRunDirectory(bases: readonly string[] = runDirectoryBases(process.env)): string {
  const name = `${process.pid.toString(36)}-${Math.trunc(performance.timeOrigin).toString(36)}`
  let failure: FtsError | undefined
  for (const base of bases) {
    const directory = join(base, name)
    try {
      return createIn(base, directory)
    } catch (error) {
      failure ??= cannotCreate(directory, error)
    }
  }
  throw failure
}

/**
 * Where a run directory may be, in the order of preference: `$XDG_RUNTIME_DIR/fts` if that folder is ours (it goes with `su` to
 * other users, to whom it is of no use), the system's temporary folder, /tmp. Only such that leave room for a socket's name.
 */
export function runDirectoryBases(env: NodeJS.ProcessEnv): string[] {
  const runtime = env.XDG_RUNTIME_DIR ?? ''
  const name = `fts-${process.getuid?.() ?? userInfo().username}`
  const bases = [join(resolve(tmpdir()), name), join('/tmp', name)]
  if (isAbsolute(runtime) && isOwnFolder(statSync(runtime, {throwIfNoEntry: false})))
    bases.unshift(join(runtime, 'fts'))
  return [...new Set(bases)].filter((base) => Buffer.byteLength(dirname(base)) <= BASE_PATH_BYTES_MAX)
}

function createIn(base: string, directory: string): string {
  // Not recursive: that would make folders that somebody only mistyped, and never ends below /proc (seen with Node 20.20).
  if (lstatSync(base, {throwIfNoEntry: false}) === undefined) tryMakeFolder(base)
  if (!isOwnFolder(lstatSync(base))) throw new Error(`${base} belongs to another user`)
  const made = makeOwnFolder(directory)
  writeFileSync(join(made, OWNER_FILE), processIdentityText(processes.own))
  return made
}

/** A process may have several clusters at once: the second is `<name>-2`. */
function makeOwnFolder(directory: string, attempt = 1): string {
  const path = attempt === 1 ? directory : `${directory}-${attempt}`
  try {
    mkdirSync(path, {mode: 0o700})
    return path
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === CLUSTERS_MAX) throw error
    return makeOwnFolder(directory, attempt + 1)
  }
}

/** Another command may make the same folder now. */
function tryMakeFolder(base: string): void {
  try {
    mkdirSync(base, {mode: 0o700})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** With the outputs that jobs had begun: their checkpoints go as well. */
export function removeRunDirectory(directory: string): void {
  removeUnfinishedNow(directory)
  rmSync(directory, {recursive: true, force: true, maxRetries: 3})
}

/** Removes what clusters left behind whose owner is gone (killed with −9, or the machine stopped). */
export function sweepStaleRunDirectories(ownDirectory: string): void {
  const base = dirname(ownDirectory)
  for (const name of readdirSync(base)) {
    const directory = join(base, name)
    if (directory !== ownDirectory && isStale(directory)) tryRemove(directory)
  }
}

/** Sweeping is a courtesy: what cannot be removed stays for the next time. */
function tryRemove(directory: string): void {
  try {
    removeRunDirectory(directory)
  } catch {}
}

/** Without an owner file it may be just being made; then the next sweep decides. */
function isStale(directory: string): boolean {
  try {
    return processes.isGone(parseProcessIdentity(readFileSync(join(directory, OWNER_FILE), 'utf8')))
  } catch {
    return false
  }
}

function isOwnFolder(stat: Stats | undefined): boolean {
  const uid = process.getuid?.()
  return stat?.isDirectory() === true && (uid === undefined || stat.uid === uid)
}

function cannotCreate(directory: string, error: unknown): FtsError {
  const why = (error as Error).message
  return new FtsError(
    'user',
    'FTS_RUN_DIRECTORY',
    `cannot create the run directory ${directory}: ${why}`,
    {directory},
    {cause: error, tryThis: 'set XDG_RUNTIME_DIR or TMPDIR to a folder of yours with space left'},
  )
}
