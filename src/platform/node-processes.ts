import {readFileSync} from 'node:fs'
import type {Processes, ProcessIdentity} from './platform.js'

/** The processes of this host, as /proc tells of them; where there is none, by their ids alone. */
export class NodeProcesses implements Processes {
  readonly own: ProcessIdentity = {pid: process.pid, startedAt: startOf(statOf('self'))}

  /** A zombie counts as gone: only its exit code is left. */
  isGone({pid, startedAt}: ProcessIdentity): boolean {
    if (!isAlive(pid)) return true
    const stat = statOf(String(pid))
    if (stat === undefined || startedAt === '') return false
    return stat[0] === 'Z' || stat[0] === 'X' || startOf(stat) !== startedAt
  }
}

/** Fields of /proc/<pid>/stat from the third (the state) on: what is before them, a name in parentheses, may hold anything. */
function statOf(pid: string): readonly string[] | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function startOf(stat: readonly string[] | undefined): string {
  if (stat === undefined) return ''
  const boot = readIfThere('/proc/sys/kernel/random/boot_id') ?? ''
  return `${stat[19]}@${boot.trim()}`
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
