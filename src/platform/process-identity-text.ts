import type {ProcessIdentity} from './platform.js'

/** A process as a pid file holds it: its id and, where there is a /proc, its start, because ids come again. */
export function processIdentityText({pid, startedAt}: ProcessIdentity): string {
  return `${pid} ${startedAt}\n`
}

/** What `processIdentityText` wrote. */
export function parseProcessIdentity(text: string): ProcessIdentity {
  const [pid, startedAt = ''] = text.trim().split(' ')
  return {pid: Number(pid), startedAt}
}
