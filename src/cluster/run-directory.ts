import {lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir, userInfo} from 'node:os'
import {dirname, join} from 'node:path'
import {FtsError} from '../core/index.js'

/** Socket paths hold about 100 bytes; what comes after the base is at most 40. */
const BASE_PATH_BYTES_MAX = 60

const OWNER_FILE = 'owner.pid'

/**
 * The folder of one cluster: sockets and pid files, mode 0700, in `$XDG_RUNTIME_DIR/fts` or the system's temporary folder.
 * `owner.pid` says which process it belongs to (and since when that process runs, because process ids come again).
 *
 * Errors   `user` `FTS_RUN_DIRECTORY` when it cannot be made, or when its parent belongs to somebody else.
 */
export function createRunDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const base = runDirectoryBase(env)
  const directory = join(base, `${process.pid.toString(36)}-${Math.trunc(performance.timeOrigin).toString(36)}`)
  try {
    mkdirSync(base, {recursive: true, mode: 0o700})
    assertOwn(base)
    mkdirSync(directory, {mode: 0o700})
    writeFileSync(join(directory, OWNER_FILE), `${process.pid} ${processStat('self')?.startedAt ?? ''}\n`)
  } catch (error) {
    throw cannotCreate(directory, error)
  }
  return directory
}

export function removeRunDirectory(directory: string): void {
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

export function runDirectoryBase(env: NodeJS.ProcessEnv): string {
  const runtime = env.XDG_RUNTIME_DIR
  if (runtime !== undefined && runtime !== '' && runtime.length <= BASE_PATH_BYTES_MAX) return join(runtime, 'fts')
  const temporary = tmpdir()
  const short = Buffer.byteLength(temporary) <= BASE_PATH_BYTES_MAX ? temporary : '/tmp'
  return join(short, `fts-${process.getuid?.() ?? userInfo().username}`)
}

/** Sweeping is a courtesy: what cannot be removed stays for the next time. */
function tryRemove(directory: string): void {
  try {
    removeRunDirectory(directory)
  } catch {}
}

/** Without an owner file it may be just being made; then the next sweep decides. */
function isStale(directory: string): boolean {
  let owner: string[]
  try {
    owner = readFileSync(join(directory, OWNER_FILE), 'utf8').trim().split(' ')
  } catch {
    return false
  }
  if (!isAlive(Number(owner[0]))) return true
  const stat = processStat(owner[0])
  if (stat === undefined) return false
  return stat.isZombie || (owner[1] !== undefined && stat.startedAt !== owner[1])
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process started, in clock ticks since boot, and whether it has ended already. Only where there is a /proc. */
function processStat(pid: string): {startedAt: string; isZombie: boolean} | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything; after it come field 3 (the state) and the rest.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {startedAt: fields[19], isZombie: fields[0] === 'Z'}
  } catch {
    return undefined
  }
}

function assertOwn(base: string): void {
  const stat = lstatSync(base)
  const uid = process.getuid?.()
  if (stat.isDirectory() && (uid === undefined || stat.uid === uid)) return
  throw new Error(`${base} belongs to another user`)
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
