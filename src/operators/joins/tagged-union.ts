/** An element of one of two inputs: what triggers, evictors and late outputs of a window over both see. */
export type TaggedUnion<L, R> =
  | {readonly input: 'first'; readonly value: L}
  | {readonly input: 'second'; readonly value: R}
