import {NodeTimers} from '../platform/index.js'

/** Waits for the promise at most so many milliseconds of the real clock; then throws what `error` makes. */
export async function withPatience(promise: Promise<void>, patienceMs: number, error: () => Error): Promise<void> {
  let giveUp = () => {}
  const late = new Promise<never>((_, reject) => {
    const timer = new NodeTimers().after(patienceMs, () => reject(error()))
    giveUp = () => timer.cancel()
  })
  try {
    await Promise.race([promise, late])
  } finally {
    giveUp()
  }
}
