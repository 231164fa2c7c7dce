import {readFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'

/**
 * Cores this process may use: what the scheduler's affinity allows, and no more than the CPU quota of its control group
 * (version 2 or 1), rounded up. At least 1. Node 20 looks at the affinity only, so a container with a quota would get a thread
 * for every core of the host.
 */
export function usableCores(read: (file: string) => string | undefined = readIfThere): number {
  const quota = Math.min(quotaOfVersion2(read), quotaOfVersion1(read))
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota)))
}

/** The least quota on the way from our group up to the root: a parent's limit holds as well. */
function quotaOfVersion2(read: (file: string) => string | undefined): number {
  const group = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1]
  let least = Number.POSITIVE_INFINITY
  for (let path = group ?? '/'; ; path = path.slice(0, path.lastIndexOf('/'))) {
    const folder = path === '/' ? '' : path
    const [quota, period] = (read(`/sys/fs/cgroup${folder}/cpu.max`) ?? '').trim().split(' ').map(Number)
    if (quota > 0 && period > 0) least = Math.min(least, quota / period)
    if (folder === '') return least
  }
}

function quotaOfVersion1(read: (file: string) => string | undefined): number {
  const quota = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'))
  const period = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'))
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
