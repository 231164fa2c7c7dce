/** Programs for `fts prove`: right ones, and each of the mistakes that it is to find. All read 60 words. */
const HEAD = `import {
  type Collector, FileSink, type KeyedProcessContext, KeyedProcessFunction, ListStateDescriptor, MapStateDescriptor, type OnTimerContext,
  StreamExecutionEnvironment, TumblingEventTimeWindows, WatermarkStrategy,
} from 'fts'
void [FileSink, KeyedProcessFunction, ListStateDescriptor, MapStateDescriptor, TumblingEventTimeWindows, WatermarkStrategy]
const env = StreamExecutionEnvironment.getExecutionEnvironment()
const words = Array.from({length: 60}, (_, at) => ({word: 'w' + ((at * 7) % 5), at}))
`
const RUN = '\nawait env.execute()\n'

/** A source with a position of its own; `from` is where it begins to read. */
const source = (from: string) => `
const numbers = {
  splits: () => [0, 100, 200],
  read: (first: number, _context: unknown, position?: unknown) => {
    let next = ${from}
    return {
      poll(output: {collect(value: number): void}) {
        output.collect(next++)
        return next < first + 20 ? 'more' as const : 'end' as const
      },
      snapshotState: () => next,
    }
  },
}
env.fromSource(numbers, WatermarkStrategy.noWatermarks(), 'Numbers').map((n) => 'n' + n).print()`

/** Commits in two phases; what waits between two checkpoints is in \`state\`. */
const twoPhase = (state: string, prepare: string) => `
const sink = {
  createWriter: ({restoredStates}: {restoredStates: readonly unknown[]}) => {
    let buffer: string[] = (restoredStates as string[][]).flat()
    let isEnd = false
    return {
      write: (value: string) => void buffer.push(value),
      flush: (endOfInput: boolean) => { isEnd = endOfInput },
      prepareCommit: () => { ${prepare} },
      ${state}
    }
  },
  createCommitter: () => ({commit: () => {}}),
}
env.fromCollection(words).map(({word, at}) => word + ' ' + at).sinkTo(sink)`

const PREPARE_ALL = 'const ready = buffer; buffer = []; return ready.length === 0 ? [] : [ready]'
const PREPARE_AT_END = 'if (!isEnd) return []; const ready = buffer; buffer = []; return [ready]'

export const RIGHT_JOBS: Readonly<Record<string, string>> = {
  'running counts': `env.fromCollection(words).map(({word}): [string, number] => [word, 1]).keyBy(0).sum(1).print()`,
  windows: `env.fromCollection(words)
    .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<{word: string; at: number}>().withTimestampAssigner((one) => one.at * 1000))
    .map(({word}): [string, number] => [word, 1]).keyBy(0).window(TumblingEventTimeWindows.of('10 s')).sum(1).writeAsText('/tmp/fts-prove-counts.txt')`,
  'state and timers': `const seen = new ListStateDescriptor<number>('seen')
const sums = new MapStateDescriptor<string, number>('sums')
class Late extends KeyedProcessFunction<string, {word: string; at: number}, string> {
  processElement({word, at}: {word: string; at: number}, ctx: KeyedProcessContext<string>) {
    this.getRuntimeContext().getListState(seen).add(at)
    const sum = this.getRuntimeContext().getMapState(sums)
    sum.put(word, (sum.get(word) ?? 0) + at)
    ctx.timerService().registerEventTimeTimer(at * 1000 + 7500)
  }
  override onTimer(timeMs: number, ctx: OnTimerContext<string>, out: Collector<string>) {
    const all = this.getRuntimeContext().getListState(seen)
    out.collect(ctx.getCurrentKey() + ' ' + timeMs + ' ' + [...all.get()] + ' ' + [...this.getRuntimeContext().getMapState(sums).entries()])
    if ([...all.get()].length > 4) all.clear()
  }
}
env.fromCollection(words)
  .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<{word: string; at: number}>().withTimestampAssigner((one) => one.at * 1000))
  .setParallelism(1).keyBy(({word}) => word).process(new Late()).print()`,
  'part files': `env.fromCollection(words).map(({word, at}) => word + ' ' + at).sinkTo(FileSink.forRowFormat('/tmp/fts-prove-parts', 'text', {buckets: (line) => line.slice(0, 2)}))`,
  'sources that end at different times': `const of = (from: number, to: number) => env.fromCollection(words.slice(from, to))
of(0, 5).union(of(5, 45), of(45, 60)).map(({word}): [string, number] => [word, 1]).keyBy(0).sum(1).print()`,
  'a source with a position': source('(position as number | undefined) ?? first'),
  'a two-phase sink': twoPhase('', PREPARE_ALL),
  'a two-phase sink with state': twoPhase('snapshotState: () => [buffer],', PREPARE_AT_END),
  'a sink at least once': `env.fromCollection(words).map(({word, at}) => word + ' ' + at).sinkTo(() => {})`,
}

/** Each with what the story must say of it. */
export const WRONG_JOBS: Readonly<
  Record<string, {readonly job: string; readonly culprit: RegExp; readonly isSink?: true}>
> = {
  'state in a closure': {
    job: `const counts = new Map<string, number>()
env.fromCollection(words).keyBy(({word}) => word).map(({word}) => {
  counts.set(word, (counts.get(word) ?? 0) + 1)
  return word + ' ' + counts.get(word)
}).name('Count').print()`,
    culprit: /^Count$/,
  },
  'a source that forgets its position': {job: source('first'), culprit: /^Source: Numbers$/},
  'a two-phase sink that forgets what waits': {job: twoPhase('', PREPARE_AT_END), culprit: /^Sink$/, isSink: true},
}

/** Runs that differ although nothing goes wrong. */
export const CHANCE_JOB = `env.fromCollection(words).map(({word}) => word + Math.floor(Math.random() * 1e6)).name('Dice').print()`

export function proveProgramText(job: string): string {
  return HEAD + job + RUN
}
