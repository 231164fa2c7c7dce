import {readdirSync, rmSync} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'

const PREFIX = 'fts-rocksdb-'

/**
 * A folder for a database that ends with its process, in one of the temporary folders. Its name tells host and process, so that those that a
 * killed process has left are known, and removed here.
 *
 * Shape   `fts-rocksdb-<process>-<number>@<host>`
 */
export function scratchFolder(tmpDir: string, number: string): string {
  removeAbandoned(tmpDir)
  return join(tmpDir, `${PREFIX}${process.pid}-${number}@${hostname()}`)
}

/** Folders of processes of this host that do not live any more. */
export function removeAbandoned(tmpDir: string): void {
  for (const name of foldersIn(tmpDir)) {
    const [, pid, host] = /^fts-rocksdb-(\d+)-[^@]*@(.*)$/.exec(name) ?? []
    if (host !== hostname() || isAlive(Number(pid))) continue
    rmSync(join(tmpDir, name), {recursive: true, force: true})
  }
}

function foldersIn(tmpDir: string): readonly string[] {
  try {
    return readdirSync(tmpDir).filter((name) => name.startsWith(PREFIX))
  } catch {
    // It cannot be read: opening the database says why.
    return []
  }
}

/** A process of somebody else's refuses the signal, and so lives. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
