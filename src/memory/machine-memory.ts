import {readFileSync} from 'node:fs'
import {totalmem} from 'node:os'

/**
 * Bytes of memory this process may use: the machine's, or the limit of its control group (version 2 or 1) if that is less.
 * Limits of parent groups hold as well.
 */
export function machineMemoryBytes(
  read: (file: string) => string | undefined = readIfThere,
  machineBytes: number = totalmem(),
): number {
  const groups = read('/proc/self/cgroup') ?? ''
  const version2 = /^0::(\/.*)$/m.exec(groups)?.[1] ?? '/'
  const version1 = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m.exec(groups)?.[1] ?? '/'
  return Math.min(
    machineBytes,
    leastLimit(version2, (folder) => read(`/sys/fs/cgroup${folder}/memory.max`)),
    leastLimit(version1, (folder) => read(`/sys/fs/cgroup/memory${folder}/memory.limit_in_bytes`)),
  )
}

/** The least limit from a group up to the root. "max", no file and no limit (a huge number) all leave the machine's. */
function leastLimit(group: string, read: (folder: string) => string | undefined): number {
  let least = Number.POSITIVE_INFINITY
  for (let folder = group === '/' ? '' : group; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    const limit = Number(read(folder) ?? Number.NaN)
    if (limit > 0) least = Math.min(least, limit)
    if (folder === '') return least
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
