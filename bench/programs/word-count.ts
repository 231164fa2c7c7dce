// The word count in functions of one's own. Arguments: INPUT OUTPUT
import {StreamExecutionEnvironment} from 'fts'

const [input, output] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('BATCH')
env
  .readTextFile(input)
  .flatMap((line) =>
    line
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word): [string, number] => [word, 1]),
  )
  .keyBy(0)
  .sum(1)
  .map(([word, count]) => `${word}\t${count}`)
  .writeAsText(output)
await env.execute('word-count')
