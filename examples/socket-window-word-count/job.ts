import {type DataStream, type Duration, StreamExecutionEnvironment, TumblingProcessingTimeWindows} from 'fts'

/** How often each word came within each stretch of time. */
export function countInWindows(lines: DataStream<string>, size: Duration): DataStream<[string, number]> {
  return lines
    .flatMap((line) => line.split(/\s+/).filter((word) => word !== ''))
    .map((word): [string, number] => [word, 1])
    .keyBy(0)
    .window(TumblingProcessingTimeWindows.of(size))
    .sum(1)
}

/** `fts run job.ts -- HOST PORT [WINDOW]` */
export async function main([host = 'localhost', port = '9000', size = '5s']: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  countInWindows(env.socketTextStream(host, Number(port)), size)
    .map(([word, count]) => `${word} ${count}`)
    .print()
    .setParallelism(1)
  await env.execute('socket window word count')
}
