import {SeededRandom} from '../../src/platform/index.js'

/** Numbers in [0, 1) that a seed repeats. */
export function seededRandom(seed: number): () => number {
  const random = new SeededRandom(seed)
  return () => random.next()
}
