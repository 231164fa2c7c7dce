// Goal: in batch mode a rolling aggregate gives one result for each key when the input has ended, whatever is put together before the shuffle.
// Method: programs with few and with many keys, run by a JobDriver at several parallelisms, against sums of a Map.
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {JobDriver} from '../../../src/testing/index.js'

const {StreamExecutionEnvironment} = program

type Pair = [string, number]

/** The results of a batch job over these pairs. */
async function batch(
  pairs: readonly Pair[],
  parallelism: number,
  aggregate: (keyed: program.KeyedStream<Pair, string>) => program.DataStream<Pair>,
): Promise<Pair[]> {
  return new JobDriver({parallelism, seed: parallelism}).runProgram(async () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment().setRuntimeMode('BATCH')
    const keyed = env
      .fromCollection(pairs)
      .map((pair): Pair => [...pair])
      .keyBy(0)
    return aggregate(keyed).executeAndCollect()
  })
}

function sumsOf(pairs: readonly Pair[]): Pair[] {
  const sums = new Map<string, number>()
  for (const [key, value] of pairs) sums.set(key, (sums.get(key) ?? 0) + value)
  return [...sums].sort()
}

describe.each([1, 2, 3])('at parallelism %i', (parallelism) => {
  it.each([3, 100, 5000])('sums of %i keys', async (keyCount) => {
    const pairs = Array.from({length: 6000}, (_, n): Pair => [`key ${n % keyCount}`, n])
    const sums = await batch(pairs, parallelism, (keyed) => keyed.sum(1))
    expect([...sums].sort()).toEqual(sumsOf(pairs))
  })

  it('the least and the greatest, and the records that have them', async () => {
    const pairs: Pair[] = [
      ['a', 2],
      ['b', 5],
      ['a', 1],
      ['a', 3],
      ['b', 4],
    ]
    expect((await batch(pairs, parallelism, (keyed) => keyed.min(1))).sort()).toEqual([
      ['a', 1],
      ['b', 4],
    ])
    expect((await batch(pairs, parallelism, (keyed) => keyed.maxBy(1))).sort()).toEqual([
      ['a', 3],
      ['b', 5],
    ])
  })
})
