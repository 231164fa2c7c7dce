import {readlinkSync} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {javaStringHash} from '../core/index.js'
import type {SpillFileSystem} from './spill-file-system.js'

/** Whose folder it is. */
export interface SpillFolderOwner {
  readonly pid: number
  /** Names the cluster, for whoever finds the folder. */
  readonly runId: string
  /** Differs among the IOManagers of one process. */
  readonly instance: string
}

const PREFIX = 'fts-spill'

/** `fts-spill-<machine>-<pid>-<run id>-<instance>` */
export function spillFolderPath(directory: string, of: SpillFolderOwner): string {
  return join(directory, `${PREFIX}-${machineTag()}-${of.pid}-${of.runId}-${of.instance}`)
}

/**
 * Removes folders that processes left behind which are gone. Only ours: of this user, and of processes that live or lived where we
 * can ask for them (another host or container may share the directory, and its process ids mean nothing here).
 *
 * What cannot be listed or removed stays: another process may be doing the same, and nobody's spilling depends on it.
 */
export function sweepSpillFolders(directory: string, fileSystem: SpillFileSystem): void {
  const ofThisMachine = `${PREFIX}-${machineTag()}-`
  try {
    for (const name of fileSystem.list(directory)) {
      const pid = Number.parseInt(name.slice(ofThisMachine.length), 10)
      if (name.startsWith(ofThisMachine) && !isAlive(pid)) removeIfOwn(join(directory, name), fileSystem)
    }
  } catch {
    return
  }
}

function removeIfOwn(folder: string, fileSystem: SpillFileSystem): void {
  if (fileSystem.ownerOf(folder) === process.getuid?.()) fileSystem.removeFolder(folder)
}

/** Eight hex digits for the host and the space in which process ids are counted. */
function machineTag(): string {
  return (javaStringHash(`${hostname()} ${processSpace()}`) >>> 0).toString(16).padStart(8, '0')
}

function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** Signal 0 only asks. A process of another user answers EPERM; a name without a number is not ours to judge. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
