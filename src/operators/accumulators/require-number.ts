import {FtsError} from '../../core/index.js'

/** Errors: `user` FTS_BAD_ACCUMULATION for a value that an accumulator of this type does not add. */
export function requireNumber(type: string, value: number, isWhole = false): number {
  if (typeof value === 'number' && (!isWhole || Number.isSafeInteger(value))) return value
  throw new FtsError(
    'user',
    'FTS_BAD_ACCUMULATION',
    `${type} got ${typeof value === 'number' ? value : String(value)}, expected ${isWhole ? 'a whole number' : 'a number'}`,
    {type},
    {
      tryThis: isWhole
        ? 'Use DoubleCounter (DoubleMinimum, …) for other numbers.'
        : 'Convert the value with Number(…).',
    },
  )
}
