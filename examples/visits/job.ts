import {fileURLToPath} from 'node:url'
import {type DataStream, StreamExecutionEnvironment, TumblingEventTimeWindows, WatermarkStrategy} from 'fts'

export interface Visit {
  readonly page: string
  readonly at: Date
}

/** How often each page was visited in each minute of event time: `[page, visits]`. */
export function visitsByMinute(visits: DataStream<Visit>): DataStream<[string, number]> {
  return visits.keyBy('page').window(TumblingEventTimeWindows.of('1 min')).count()
}

/** `fts run job.ts` calls this. */
export async function main(): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  const visits = env
    .readCsv(fileURLToPath(new URL('data/visits.csv', import.meta.url)), {schema: {page: 'string', at: 'timestamp'}})
    .setParallelism(1)
    .assignTimestampsAndWatermarks(
      WatermarkStrategy.forBoundedOutOfOrderness<Visit>('5s').withTimestampAssigner(({at}) => at.getTime()),
    )
    .setParallelism(1)
  visitsByMinute(visits)
    .map(([page, count]) => `${page} ${count}`)
    .print()
    .setParallelism(1)
  await env.execute('visits')
}
