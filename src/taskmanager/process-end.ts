import {rmSync} from 'node:fs'
import {removeUnfinishedNow} from '../platform/index.js'
import {isOwnerGone} from './owner-process.js'

/** How long the owner of a run directory may take to die after its channel has closed; the kernel closes first. */
const OWNER_EXIT_MS_MAX = 500
const OWNER_LOOK_MS = 10

/** Removes the sockets of slots that could not do it themselves. */
export function removeSockets(dataAddresses: readonly string[]): void {
  for (const address of dataAddresses) rmSync(address, {force: true})
}

/** Nobody else is left to remove the run directory when its owner was killed. */
export async function removeRunDirectoryOfDeadOwner(
  runDirectory: string,
  pause: (delayMs: number) => Promise<void>,
): Promise<void> {
  for (let waitedMs = 0; waitedMs <= OWNER_EXIT_MS_MAX; waitedMs += OWNER_LOOK_MS) {
    if (isOwnerGone(runDirectory)) {
      removeUnfinishedNow(runDirectory)
      rmSync(runDirectory, {recursive: true, force: true, maxRetries: 3})
      return
    }
    await pause(OWNER_LOOK_MS)
  }
}

/**
 * Ends the process. An orderly exit joins all threads, so it would wait for one that is stuck in a loop or in a system call
 * (a read of a silent pipe); then the process kills itself instead, and its exit code is that of SIGKILL.
 */
export function endProcess(exitCode: number, of: {readonly isEveryThreadIdle: boolean}): void {
  if (of.isEveryThreadIdle) process.exit(exitCode)
  process.kill(process.pid, 'SIGKILL')
}
