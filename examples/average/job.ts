import {fileURLToPath} from 'node:url'
import {type AggregateFunction, type DataStream, StreamExecutionEnvironment} from 'fts'

interface SumAndCount {
  readonly sum: number
  readonly count: number
}

/** Of two numbers the average is all that is to be remembered of them: their sum, and how many there were. */
export class Average implements AggregateFunction<number, SumAndCount, number> {
  createAccumulator(): SumAndCount {
    return {sum: 0, count: 0}
  }

  add(value: number, {sum, count}: SumAndCount): SumAndCount {
    return {sum: sum + value, count: count + 1}
  }

  getResult({sum, count}: SumAndCount): number {
    return sum / count
  }

  merge(a: SumAndCount, b: SumAndCount): SumAndCount {
    return {sum: a.sum + b.sum, count: a.count + b.count}
  }
}

/** In streaming mode the average so far behind each number; in batch mode the average of all. */
export function average(numbers: DataStream<number>): DataStream<number> {
  return numbers.keyBy(() => 'all').aggregate(new Average())
}

/** `fts run job.ts [-- --running]` */
export async function main(args: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1)
  env.setRuntimeMode(args.includes('--running') ? 'STREAMING' : 'BATCH')
  const numbers = env
    .readTextFile(fileURLToPath(new URL('data/numbers.txt', import.meta.url)))
    .map(Number)
    .filter((number) => !Number.isNaN(number))
  average(numbers).print()
  await env.execute('average')
}
