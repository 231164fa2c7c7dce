import {FtsError} from '../core/index.js'

/** What `sample(size)` means: a probability below 1, or a number of records. Errors: `user` FTS_BAD_SETTING. */
export function sampleSize(size: number, seed: number): {readonly isFraction: boolean; readonly draw: number} {
  if (!Number.isSafeInteger(seed)) throw wrong(`the seed of sample is ${String(seed)}, expected a whole number`)
  const isFraction = typeof size === 'number' && size >= 0 && size < 1
  if (isFraction || (Number.isSafeInteger(size) && size >= 1)) return {isFraction, draw: seed}
  throw wrong(`sample got ${String(size)}, expected a probability below 1 (0.01), or a number of records (100)`)
}

function wrong(message: string): FtsError {
  return new FtsError('user', 'FTS_BAD_SETTING', message)
}
