/** Seeds of a random test: 1, 2, 3 …; `FTS_TEST_RUNS` multiplies their number, `FTS_TEST_SEED` replays one. */
export function testSeeds(count: number): number[] {
  const seed = process.env.FTS_TEST_SEED
  if (seed !== undefined) return [Number(seed)]
  return Array.from({length: count * Number(process.env.FTS_TEST_RUNS ?? 1)}, (_, index) => index + 1)
}
