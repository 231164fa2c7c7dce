// Goal: of two aligned sources the fast one waits for the slow one, over processes and slots; when the slow one has ended it goes on to its end.
// Method: a job whose fast source would be five minutes of event time ahead within seconds; what is downstream notes how far it was ahead
// while the slow one ran. Event time is compared, never time.
import {writeFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'

const JOB = `import {type Collector, CoProcessFunction, StreamExecutionEnvironment, WatermarkStrategy} from 'fts'

type Event = {readonly at: number}
const SLOW_COUNT = 300
const env = StreamExecutionEnvironment.getExecutionEnvironment()
const aligned = WatermarkStrategy.forMonotonousTimestamps<Event>()
  .withTimestampAssigner(({at}) => at)
  .withWatermarkAlignment('both', '5s', 20)

class Lead extends CoProcessFunction<Event, Event, string> {
  private slow = 0
  private slowCount = 0
  private fastCount = 0
  private lead = 0

  processElement1({at}: Event): void {
    this.fastCount++
    if (this.slowCount < SLOW_COUNT) this.lead = Math.max(this.lead, at - this.slow)
  }

  processElement2({at}: Event, _ctx: unknown, out: Collector<string>): void {
    this.slow = at
    if (++this.slowCount === SLOW_COUNT) out.collect(this.fastCount + ' ' + this.lead)
  }
}

const fast = env.fromGenerator((n) => ({at: n * 100}), {count: 3000, ratePerSecond: 1500}).setParallelism(1)
const slow = env.fromGenerator((n) => ({at: n * 10}), {count: SLOW_COUNT, ratePerSecond: 100}).setParallelism(1)
fast.assignTimestampsAndWatermarks(aligned).setParallelism(1)
  .connect(slow.assignTimestampsAndWatermarks(aligned).setParallelism(1))
  .process(new Lead()).setParallelism(1)
  .print()
const {counters} = await env.execute()
`

let workspace: Workspace
beforeAll(() => {
  workspace = new Workspace()
  writeFileSync(workspace.path('job.ts'), JOB)
})
afterAll(() => workspace.remove())

it('the fast source waits, then ends', async () => {
  const options = ['-D', 'pipeline.auto-watermark-interval=20', '--num-taskmanagers', '2']
  const end = await runFts(workspace, ['run', 'job.ts', '-p', '1', ...options])
  expect(end.code, end.stderr).toBe(0)
  const [fastCount, lead] = end.stdout.trim().split(' ').map(Number)
  // Without alignment all 3000 would be there, 297 s ahead. One poll of a source that was held up is 51 s.
  expect(fastCount).toBeLessThan(2500)
  expect(lead).toBeLessThan(200_000)
}, 60_000)
