import type {Parameters} from 'fast-check'

/**
 * Options of every property test: `FTS_TEST_SEED` replays a run (fast-check prints the seed of a failure), `FTS_PROPERTY_SEED` gives all of
 * them one and the same, and `FTS_TEST_RUNS` multiplies the number of cases. Without a seed each run looks elsewhere.
 */
export function propertyOptions(runs = 100): Parameters<unknown> {
  const seed = process.env.FTS_TEST_SEED ?? process.env.FTS_PROPERTY_SEED
  const factor = Number(process.env.FTS_TEST_RUNS ?? 1)
  return {numRuns: runs * factor, ...(seed === undefined ? {} : {seed: Number(seed)})}
}
