// Goal: state that a harness or a driver gives can be started from: at the same and at another parallelism, timers and windows included.
// Method: a run that is cut and goes on from a snapshot gives what the whole run gives, for many cuts and interleavings.
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {type HarnessSnapshot, JobDriver, type JobSnapshot, TestHarness} from '../../../src/testing/index.js'

const {KeyedProcessFunction, TumblingEventTimeWindows, ValueStateDescriptor} = program

/** Counts the records of a key, and says the count a minute after the first. */
class CountUp extends KeyedProcessFunction<string, string, string> {
  private readonly count = new ValueStateDescriptor<number>('count', {defaultValue: 0})

  processElement(word: string, ctx: program.KeyedProcessContext<string>, out: program.Collector<string>): void {
    const state = this.getRuntimeContext().getState(this.count)
    const count = (state.value() ?? 0) + 1
    state.update(count)
    out.collect(`${word} ${count}`)
    if (count === 1) ctx.timerService().registerEventTimeTimer((ctx.timestamp() ?? 0) + 60_000)
  }

  override onTimer(_at: number, ctx: program.OnTimerContext<string>, out: program.Collector<string>): void {
    out.collect(`${ctx.getCurrentKey()} had ${this.getRuntimeContext().getState(this.count).value()}`)
  }
}

const count = (words: program.DataStream<string>) => words.keyBy((word) => word).process(new CountUp())

describe('a harness', () => {
  it('goes on from a snapshot: state, timers, event time', () => {
    const first = TestHarness.of(count)
    first.processElement('a', 0).processElement('b', 10_000).processWatermark(20_000)
    const snapshot = first.snapshot()
    // What comes later is not in it.
    first.processElement('a', 30_000).close()

    const second = TestHarness.of(count, {restore: snapshot})
    second.processElement('a', 30_000).processWatermark(60_000).processWatermark(70_000)
    expect(second.extractOutputValues()).toEqual(['a 2', 'a had 2', 'b had 1'])
    second.close()
  })

  it('is dealt the key groups of its subtask', () => {
    const words = Array.from({length: 40}, (_, n) => `word ${n}`)
    const one = TestHarness.of(count)
    for (const word of words) one.processElement(word, 0)
    const restore = one.snapshot()
    const halves = [0, 1].map((subtaskIndex) => TestHarness.of(count, {restore, parallelism: 2, subtaskIndex}))
    const timers = halves.map((half) => half.processWatermark(60_000).takeOutputValues())
    expect(timers.map((values) => values.length > 5)).toEqual([true, true])
    expect(timers.flat().sort()).toEqual(words.map((word) => `${word} had 1`).sort())

    const snapshots: HarnessSnapshot[] = halves.map((half) => half.snapshot())
    const whole = TestHarness.of(count, {restore: snapshots})
    for (const word of words) whole.processElement(word, 61_000)
    expect(whole.extractOutputValues()).toEqual(words.map((word) => `${word} 2`))
  })

  it('refuses state of another operator, and of other key groups', () => {
    const snapshot = TestHarness.of(count).processElement('a').snapshot()
    const other = (words: program.DataStream<string>) => count(words).uid('another')
    expect(() => TestHarness.of(other, {restore: snapshot})).toThrow(/has state of .*which the job does not have/)
    expect(() => TestHarness.of(count, {restore: snapshot, maxParallelism: 64})).toThrow(/max parallelism/)
  })
})

describe('a driver', () => {
  const WORDS = Array.from({length: 30}, (_, n) => `word ${(n * 7) % 11}`)

  async function countAll(): Promise<string[]> {
    const job = new JobDriver()
    const source = job.source<string>().emitAll(WORDS, () => 0)
    const out = job.collect(() => count(source.stream))
    await job.run()
    return [...out.values].sort()
  }

  it('goes on from a checkpoint at any parallelism, wherever it was cut', async () => {
    const whole = await countAll()
    for (let seed = 0; seed < 24; seed++) {
      const cut = (seed * 5) % (WORDS.length + 1)
      const first = new JobDriver({parallelism: 1 + (seed % 4), seed})
      const source = first.source<string>().emitAll(WORDS.slice(0, cut), () => 0)
      const before = first.collect(() => count(source.stream))
      const restore = await first.checkpoint()
      const out = [...before.values]

      const second = new JobDriver({parallelism: 1 + ((seed * 3) % 5), seed, restore})
      const rest = second.source<string>().emitAll(WORDS.slice(cut), () => 0)
      const after = second.collect(() => count(rest.stream))
      await second.run()
      expect([...out, ...after.values].sort()).toEqual(whole)
    }
  })

  it('keeps open windows, and goes on itself after a checkpoint', async () => {
    const build = (source: {readonly stream: program.DataStream<[string, number]>}) =>
      source.stream.keyBy(0).window(TumblingEventTimeWindows.of('10s')).sum(1)
    const first = new JobDriver({parallelism: 2})
    const source = first.source<[string, number]>()
    const sums = first.collect(() => build(source))
    source.emit(['a', 1], 1000).watermark(5000)
    const restore = await first.checkpoint()
    source.emit(['a', 2], 2000)
    await first.run()
    expect(sums.values).toEqual([['a', 3]])

    const second = new JobDriver({parallelism: 3, restore})
    const rest = second.source<[string, number]>()
    const restored = second.collect(() => build(rest))
    rest.emit(['a', 10], 2000)
    await second.run()
    expect(restored.values).toEqual([['a', 11]])
  })

  it('has sinks commit when a checkpoint has come about, and at the end', async () => {
    const job = new JobDriver({parallelism: 2, options: {'execution.checkpointing.interval': '1 h'}})
    const source = job.source<number>()
    const seen: number[] = []
    job.build(() => {
      source.stream.sinkTo({
        createWriter: () => {
          let written: number[] = []
          return {
            write: (n: number) => void written.push(n),
            prepareCommit: () => {
              const prepared = written
              written = []
              return prepared
            },
          }
        },
        createCommitter: () => ({commit: (numbers: readonly number[]) => void seen.push(...numbers)}),
      })
    })
    source.emitAll([1, 2])
    await job.settle()
    expect(seen).toEqual([])
    await job.checkpoint()
    expect([...seen].sort()).toEqual([1, 2])
    source.emit(3)
    await job.run()
    expect([...seen].sort()).toEqual([1, 2, 3])
  })

  it('keeps the positions of sources of the pipeline’s own, and goes on from there', async () => {
    const run = (restore?: JobSnapshot) => {
      const job = new JobDriver(restore === undefined ? {} : {restore})
      const pause = job.source<number>()
      const numbers = job.collect(() =>
        job.env.fromGenerator((n) => n, {count: 10, ratePerSecond: 100}).union(pause.stream),
      )
      return {job, numbers}
    }
    const first = run()
    await first.job.advanceTo(30)
    const snapshot = await first.job.checkpoint()
    const before = first.numbers.values
    expect(before.length).toBeGreaterThan(0)
    expect(before.length).toBeLessThan(10)
    const second = run(snapshot)
    await second.job.advanceTo(10_000)
    await second.job.run()
    expect([...before, ...second.numbers.values].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('refuses checkpoints of what cannot be read again, and state that the pipeline has no place for', async () => {
    const job = new JobDriver()
    const more = job.source<string>()
    job.collect(() => job.env.socketTextStream('localhost', 1, {maxRetry: -1}).union(more.stream))
    await expect(job.checkpoint()).rejects.toMatchObject({code: 'FTS_TEST_NO_CHECKPOINT'})

    const first = new JobDriver()
    const source = first.source<string>().emit('a', 0)
    first.collect(() => count(source.stream).uid('count'))
    const other = new JobDriver({restore: await first.checkpoint()})
    const words = other.source<string>()
    other.collect(() => words.stream.map((word) => word))
    await expect(other.run()).rejects.toMatchObject({code: 'FTS_STATE_NOT_MAPPED'})
  })
})
