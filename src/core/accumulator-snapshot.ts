/**
 * What one subtask has added to an accumulator, as plain JSON: it travels to the JobMaster, which has none of the program's classes.
 *
 * Shape   `type` is the class, for messages and for whoever makes the result. Numbers are texts, since JSON has no Infinity and no NaN.
 *         `elements` of a list are values in base64, opaque here.
 */
export type AccumulatorSnapshot = {readonly type: string} & (
  | {readonly kind: 'sum' | 'minimum' | 'maximum'; readonly value: string}
  | {readonly kind: 'average'; readonly sum: string; readonly count: number}
  /** How often each whole number was added. */
  | {readonly kind: 'histogram'; readonly counts: readonly (readonly [value: number, count: number])[]}
  | {readonly kind: 'list'; readonly elements: readonly string[]}
  /** One name for accumulators of several types: they cannot be put together. */
  | {readonly kind: 'conflict'; readonly types: readonly string[]}
)

/** By name. */
export type AccumulatorSnapshots = Readonly<Record<string, AccumulatorSnapshot>>
