import {existsSync, readFileSync, statSync} from 'node:fs'
import {type Fts, type FtsOptions, runFts, type Workspace} from './fts.js'

/**
 * A program over all lines of the files that come into a folder (`<time> <word>…`), which does not end by itself. Arguments: the folder, the output
 * ('-' is standard output), and a file to which it adds a byte for each line that it has read. `pipeline` is that of exactly-once jobs.
 */
export function watchingProgram(pipeline: string): string {
  return `import {appendFileSync} from 'node:fs'
import {StreamExecutionEnvironment, TumblingEventTimeWindows, WatermarkStrategy, ValueStateDescriptor, ListStateDescriptor, KeyedProcessFunction} from 'fts'
void [TumblingEventTimeWindows, ValueStateDescriptor, ListStateDescriptor, KeyedProcessFunction]
const [folder, output, seen] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
interface Line { at: number; words: string[] }
const lines = env.readTextFile(folder, {monitor: '50ms'}).uid('text')
  .map((line): Line => { appendFileSync(seen, '.'); const [at, ...words] = line.split(' '); return {at: Number(at), words} })
  .setParallelism(1).uid('parse')
  .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<Line>().withTimestampAssigner((line) => line.at))
  .setParallelism(1).uid('times')
const out = ${pipeline}
if (output === '-') out.print().setParallelism(1).uid('out')
else out.writeAsText(output).uid('out')
await env.execute()
`
}

/** Resolves when the program has read so many lines; rejects when it ends before. */
export async function untilSeen(fts: Fts, path: string, count: number): Promise<void> {
  let isEnded = false
  void fts.ended.then(() => {
    isEnded = true
  })
  while (!existsSync(path) || statSync(path).size < count) {
    if (isEnded) throw new Error(`fts ended first: ${fts.stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Stops the only job of the workspace, by `fts stop`; answers the path of its savepoint. */
export async function stopJob(workspace: Workspace, flags: readonly string[] = []): Promise<string> {
  const [jobId] = await jobIds(workspace)
  const end = await runFts(workspace, ['stop', jobId, '-p', workspace.path('savepoints'), ...flags])
  const path = /^Savepoint completed\. Path: (.*)$/m.exec(end.stdout)?.[1]
  if (end.code !== 0 || path === undefined) throw new Error(`fts stop ended with ${end.code}: ${end.stderr}`)
  return path
}

/** Of the jobs that run in the workspace, by `fts list`, which knows those that others run, too. */
export async function jobIds(workspace: Workspace, as: Pick<FtsOptions, 'isUnprivileged'> = {}): Promise<string[]> {
  const {stdout} = await runFts(workspace, ['list', '--json'], as)
  const jobs = JSON.parse(stdout) as readonly {readonly jobId: string; readonly runDirectory: string}[]
  return jobs.filter(({runDirectory}) => runDirectory.startsWith(`${workspace.folder}/`)).map(({jobId}) => jobId)
}

export function sizeOf(path: string): number {
  return existsSync(path) ? readFileSync(path).length : 0
}
