// Orders by category: how many, their sum and their mean. Arguments: INPUT OUTPUT MODE
import {StreamExecutionEnvironment} from 'fts'

const [input, output, mode] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode(mode === 'streaming' ? 'STREAMING' : 'BATCH')
env
  .readCsv(input)
  .keyBy('category')
  .aggregate({orders: 'count', revenue: {sum: 'price'}, mean: {avg: 'price'}})
  .writeAsCsv(output)
await env.execute('csv-group')
