// The errors in a log by service: how many, and their mean latency. Arguments: INPUT OUTPUT
import {StreamExecutionEnvironment} from 'fts'

const [input, output] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('BATCH')
env
  .readJsonLines(input, {fields: ['level', 'service', 'latency_ms']})
  .filter((event) => event.level === 'ERROR')
  .keyBy('service')
  .aggregate({errors: 'count', latency: {avg: 'latency_ms'}})
  .writeAsCsv(output)
await env.execute('jsonl-group')
