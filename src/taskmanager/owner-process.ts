import {readFileSync} from 'node:fs'
import {join} from 'node:path'

/**
 * Whether the process that a run directory belongs to is gone for good. `owner.pid` holds its id and, where there is a /proc, its
 * start in clock ticks since boot, because ids come again. A zombie counts as gone. No file: the owner has cleaned up itself.
 */
export function isOwnerGone(runDirectory: string): boolean {
  const owner = readIfThere(join(runDirectory, 'owner.pid'))
  if (owner === undefined) return true
  const [pid, startedAt] = owner.trim().split(' ')
  if (!isAlive(Number(pid))) return true
  const stat = readIfThere(`/proc/${pid}/stat`)
  if (stat === undefined) return false
  // The name, in parentheses, may hold anything; after it come the state (field 3) and, as field 22, the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' || (startedAt !== undefined && fields[19] !== startedAt)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
