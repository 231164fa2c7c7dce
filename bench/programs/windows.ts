// Orders of each user in every ten seconds of event time, up to two seconds out of order. Arguments: INPUT OUTPUT
import {StreamExecutionEnvironment, TumblingEventTimeWindows, WatermarkStrategy} from 'fts'

const [input, output] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('STREAMING')
env
  .readCsv<{ts: number; user_id: number}>(input, {fields: ['ts', 'user_id']})
  .assignTimestampsAndWatermarks(
    WatermarkStrategy.forBoundedOutOfOrderness<{ts: number}>('2s').withTimestampAssigner((order) => order.ts),
  )
  .keyBy('user_id')
  .window(TumblingEventTimeWindows.of('10s'))
  .count()
  .writeAsCsv(output)
await env.execute('windows')
