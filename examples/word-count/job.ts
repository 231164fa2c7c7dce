import {fileURLToPath} from 'node:url'
import {type DataStream, StreamExecutionEnvironment} from 'fts'

/** How often each word occurs, letters of any case taken as one. In batch mode each word once, in streaming mode with every change. */
export function countWords(lines: DataStream<string>): DataStream<[string, number]> {
  return lines
    .flatMap((line) => line.toLowerCase().match(/\p{L}+/gu) ?? [])
    .map((word): [string, number] => [word, 1])
    .keyBy(0)
    .sum(1)
}

/** `fts run job.ts [-- FILE …]` */
export async function main(paths: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setRuntimeMode('BATCH')
  const files = paths.length > 0 ? paths : [fileURLToPath(new URL('data/hamlet.txt', import.meta.url))]
  countWords(env.readTextFile(files))
    .map(([word, count]) => `${word} ${count}`)
    .print()
    .setParallelism(1)
  await env.execute('word count')
}
