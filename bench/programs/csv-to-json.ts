// Orders from CSV to JSON lines. Arguments: INPUT OUTPUT
import {StreamExecutionEnvironment} from 'fts'

const [input, output] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('BATCH')
env.readCsv(input).writeAsJsonLines(output)
await env.execute('csv-to-json')
