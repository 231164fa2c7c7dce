import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {NodeProcesses, parseProcessIdentity} from '../platform/index.js'

const processes = new NodeProcesses()

/** Whether the process that a run directory belongs to (`owner.pid`) is gone for good. No file: the owner has cleaned up itself. */
export function isOwnerGone(runDirectory: string): boolean {
  const owner = readIfThere(join(runDirectory, 'owner.pid'))
  return owner === undefined || processes.isGone(parseProcessIdentity(owner))
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
