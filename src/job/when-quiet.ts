import {NodeTimers} from '../platform/index.js'

const LOOK_EVERY_MS = 20

/**
 * Answers a function whose promise resolves when nothing is on its way that was not when this was called: no timer, no file, no
 * connection, and `isBusy` answers false. A program that starts `main()` without waiting for it is done then, as Node itself would say.
 */
export function whenQuiet(): (isBusy: () => boolean) => Promise<void> {
  const before = resources()
  const timers = new NodeTimers()
  return async (isBusy) => {
    // Promises that need no outside world have settled after two turns of the event loop.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
    while (isBusy() || hasMore(before)) await new Promise<void>((resolve) => timers.after(LOOK_EVERY_MS, resolve))
  }
}

function hasMore(before: ReadonlyMap<string, number>): boolean {
  return [...resources()].some(([kind, count]) => count > (before.get(kind) ?? 0))
}

/** What keeps the event loop alive, counted by kind. */
function resources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
