import {NodeTimers} from '../platform/index.js'

const LOOK_EVERY_MS = 20

/** Timers of all waits in this thread, which are no sign of life. */
let ownTimers = 0

/**
 * Tells when nothing is on its way that was not when this was made: no timer, no file, no connection. A program that starts `main()`
 * without waiting for it is done then, as Node itself would say.
 */
export class Quiet {
  private readonly before = resources()
  private readonly timers = new NodeTimers()
  private isStopped = false

  /** Resolves when all is quiet, and `isBusy` answers false, for `quietMs` together; or after `stop`. */
  async wait(isBusy: () => boolean, quietMs = 0): Promise<void> {
    // Promises that need no outside world have settled after two turns of the event loop.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
    for (let lastedMs = 0; !this.isStopped; lastedMs += LOOK_EVERY_MS) {
      if (isBusy() || this.hasMore()) lastedMs = -LOOK_EVERY_MS
      if (lastedMs >= quietMs) return
      await this.pause()
    }
  }

  stop(): void {
    this.isStopped = true
  }

  private hasMore(): boolean {
    return [...resources()].some(([kind, count]) => count > (this.before.get(kind) ?? 0))
  }

  private async pause(): Promise<void> {
    ownTimers += 1
    await new Promise<void>((resolve) => this.timers.after(LOOK_EVERY_MS, resolve))
    ownTimers -= 1
  }
}

/** What keeps the event loop alive, counted by kind. */
function resources(): ReadonlyMap<string, number> {
  const counts = new Map([['Timeout', -ownTimers]])
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
