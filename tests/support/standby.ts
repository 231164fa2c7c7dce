import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {LeaderRecord} from '../../src/leadership/index.js'
import {isAlive} from './fts.js'

/** Options that give a job a standby, and keep what must outlive its JobManager in `storage`. */
export function standbyFlags(storage: string): string[] {
  return ['-D', 'high-availability.type=filesystem', '-D', `high-availability.storageDir=${storage}`]
}

/** Who leads the job of a program that runs (its first one, unless said), or led it last; undefined: nobody has yet. */
export function leaderOf(storage: string, executionIndex = 0): LeaderRecord | undefined {
  const folder = join(storage, 'default', String(executionIndex))
  const jobs = existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{32}$/.test(name)) : []
  const tokens = jobs.flatMap((job) =>
    readdirSync(join(folder, job))
      .filter((name) => name.startsWith('token-'))
      .map((name) => ({path: join(folder, job, name), token: Number(name.slice('token-'.length))})),
  )
  const last = tokens.sort((a, b) => a.token - b.token).at(-1)
  return last === undefined ? undefined : (JSON.parse(readFileSync(last.path, 'utf8')) as LeaderRecord)
}

/** kill −9 of the process that leads; whether there was one. */
export function killLeader(storage: string): boolean {
  const leader = readIfThere(() => leaderOf(storage))
  if (leader === undefined || !isAlive(leader.process.pid)) return false
  process.kill(leader.process.pid, 'SIGKILL')
  return true
}

/** What a job that ends while it is looked at has removed. */
function readIfThere<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
