const STEP = 0x9e3779b9

/**
 * Numbers in [0, 1) that look random and are the same for the same seed: a sample can be taken again.
 *
 * Source   Bob Jenkins, "Hash functions", 2006: the finalizer of murmur3 over a Weyl sequence.
 */
export function randomSequence(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + STEP) | 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}
