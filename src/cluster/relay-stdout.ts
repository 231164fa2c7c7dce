import type {Readable} from 'node:stream'
import {isatty} from 'node:tty'

/**
 * Whether a TaskManager's stdout comes to us instead of going out directly. Only where ours is a terminal: there the screen must
 * be taken away before the first line of a result, or it would be lost with the screen.
 */
export const RELAYS_STDOUT = isatty(1)

/** Passes on a child's stdout; `beforeOutput` is waited for when the first of it comes. Resolves at its end. */
export function relayStdout(stdout: Readable | null, beforeOutput: () => Promise<void>): Promise<void> {
  if (stdout === null) return Promise.resolve()
  return new Promise((resolve) => {
    stdout.once('end', resolve)
    stdout.once('close', resolve)
    stdout.once('readable', async () => {
      await beforeOutput()
      stdout.pipe(process.stdout, {end: false})
    })
  })
}
