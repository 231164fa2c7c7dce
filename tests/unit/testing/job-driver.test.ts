// Goal: a JobDriver runs whole pipelines as a cluster would, in one thread, the same way for the same seed, and says what is wrong.
// Method: pipelines of the DataStream API with scripted sources; answers that hold for every seed, and runs compared by seed.
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {keyGroupForHash, subtaskForKeyGroup} from '../../../src/core/index.js'
import {JobDriver, type JobDriverOptions} from '../../../src/testing/index.js'
import {hashKey} from '../../../src/types/index.js'

const {
  KeyedProcessFunction,
  OutputTag,
  StreamExecutionEnvironment,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  ValueStateDescriptor,
  WatermarkStrategy,
} = program

interface Reading {
  readonly sensor: string
  readonly value: number
}

const SEEDS = Array.from({length: 15}, (_, seed) => seed)

/** Sums of ten seconds by sensor; what is late beside them. */
async function runSums(options: JobDriverOptions) {
  const job = new JobDriver(options)
  const late = new OutputTag<Reading>('late')
  const source = job.source<Reading>({parallelism: 2})
  const {out, lateOut} = job.collect(() => {
    const sums = source.stream
      .keyBy('sensor')
      .window(TumblingEventTimeWindows.of('10s'))
      .sideOutputLateData(late)
      .sum('value')
    return {out: sums, lateOut: sums.getSideOutput(late)}
  })
  source.emit({sensor: 'a', value: 1}, 1000).emit({sensor: 'b', value: 2}, 3000).emit({sensor: 'a', value: 4}, 9999)
  source.watermark(10_000).emit({sensor: 'a', value: 8}, 12_000)
  await job.settle()
  source.emit({sensor: 'b', value: 16}, 5000)
  await job.run()
  return {out, lateOut}
}

describe('a pipeline', () => {
  it('gives the same answer whatever the interleaving', async () => {
    for (const seed of SEEDS) {
      for (const parallelism of [1, 2, 5]) {
        const {out, lateOut} = await runSums({parallelism, seed})
        const found = out.records.map(({value, timestampMs}) => `${value.sensor} ${value.value} ${timestampMs}`)
        expect(found.sort()).toEqual(['a 5 9999', 'a 8 19999', 'b 2 9999'])
        expect(lateOut.values).toEqual([{sensor: 'b', value: 16}])
      }
    }
  })

  it('runs the same way for the same seed, and other ways for other seeds', async () => {
    const orderOf = async (seed: number) => {
      const job = new JobDriver({parallelism: 3, seed})
      const source = job.source<number>({parallelism: 3})
      const out = job.collect(() => source.stream.rebalance().map((n) => n * 2))
      for (let n = 0; n < 60; n++) source.emit(n)
      await job.run()
      return out.records.map(({value, subtask}) => `${subtask}:${value}`).join(' ')
    }
    const orders = await Promise.all(SEEDS.map(orderOf))
    expect(await Promise.all(SEEDS.map(orderOf))).toEqual(orders)
    expect(new Set(orders).size).toBeGreaterThan(SEEDS.length / 2)
  })

  it('sends keys where their key groups are', async () => {
    const parallelism = 4
    const job = new JobDriver({parallelism})
    const source = job.source<string>()
    const out = job.collect(() => source.stream.keyBy((word) => word).count())
    const words = Array.from({length: 50}, (_, n) => `word ${n}`)
    source.emitAll(words).end()
    await job.run()
    expect(out.records).toHaveLength(50)
    for (const {value, subtask} of out.records) {
      const keyGroup = keyGroupForHash(hashKey(value[0]), 128)
      expect(subtask).toBe(subtaskForKeyGroup(keyGroup, parallelism, 128))
    }
  })

  it('writes what crosses an exchange as bytes: what cannot be sent fails, chained it does not', async () => {
    const functionOf = (stream: program.DataStream<number>) => stream.map((n) => ({n, call: () => n}))
    const chained = new JobDriver()
    const one = chained.source<number>().emit(1)
    const kept = chained.collect(() => functionOf(one.stream))
    await chained.run()
    expect(kept.values[0].call()).toBe(1)

    const sent = new JobDriver({parallelism: 2})
    const two = sent.source<number>({parallelism: 2}).emit(1)
    sent.collect(() => functionOf(two.stream).rebalance())
    await expect(sent.run()).rejects.toThrow(/function/)
  })

  it('gives results as they are there, step by step', async () => {
    const job = new JobDriver()
    const source = job.source<[string, number]>()
    const out = job.collect(() => source.stream.keyBy(0).sum(1))
    source.emit(['a', 1]).emit(['a', 2])
    await job.settle()
    expect(out.take()).toEqual([
      ['a', 1],
      ['a', 3],
    ])
    source.emit(['a', 4])
    await job.settle()
    expect(out.take()).toEqual([['a', 7]])
  })

  it('does not share the objects of functions between subtasks', async () => {
    for (const seed of SEEDS) {
      const job = new JobDriver({parallelism: 4, seed})
      const source = job.source<string>()
      const out = job.collect(() => source.stream.keyBy((word) => word).process(new Numbered()))
      const words = Array.from({length: 30}, (_, n) => `word ${n % 10}`)
      source.emitAll(words)
      await job.run()
      const perSubtask = [0, 1, 2, 3].map((one) => out.records.filter(({subtask}) => subtask === one))
      for (const [subtask, records] of perSubtask.entries())
        expect(records.map(({value}) => value.split(':')[0])).toEqual(records.map((_, n) => `${subtask} ${n}`))
      expect(out.values.filter((value) => value.endsWith(':3'))).toHaveLength(10)
    }
  })

  it('takes sources of its environment, too, and counts what functions count', async () => {
    const job = new JobDriver({parallelism: 2})
    const out = job.collect(() => job.env.fromElements<number>(3, 4).union(job.env.fromSequence(5, 9)).filter(isEven()))
    const {counters, jobName} = await job.run()
    expect([...out.values].sort()).toEqual([4, 6, 8])
    expect(counters).toEqual({odd: 4})
    expect(jobName).toBe('test')
  })
})

/** Numbers the records of its subtask in a field, and those of a key in state. */
class Numbered extends KeyedProcessFunction<string, string, string> {
  private readonly seen = new ValueStateDescriptor<number>('seen', {defaultValue: 0})
  private next = 0

  processElement(_word: string, _ctx: program.KeyedProcessContext<string>, out: program.Collector<string>): void {
    const runtime = this.getRuntimeContext()
    const seen = runtime.getState(this.seen)
    seen.update((seen.value() ?? 0) + 1)
    out.collect(`${runtime.taskInfo.index} ${this.next++}:${seen.value()}`)
  }
}

/** Counts what it leaves out. */
function isEven() {
  return new (class extends program.AbstractRichFunction {
    filter(value: number): boolean {
      if (value % 2 !== 0) this.getRuntimeContext().counter('odd').inc()
      return value % 2 === 0
    }
  })()
}

describe('time', () => {
  it('of processing moves when the test moves it: windows, timers, periodic watermarks', async () => {
    const job = new JobDriver({nowMs: 1000})
    const source = job.source<Reading>()
    const out = job.collect(() => source.stream.keyBy('sensor').window(TumblingProcessingTimeWindows.of('10s')).count())
    source.emit({sensor: 'a', value: 1}).emit({sensor: 'a', value: 1})
    await job.advanceTo(9998)
    expect(out.take()).toEqual([])
    await job.advanceTo(9999)
    expect(out.take()).toEqual([['a', 2]])
    source.emit({sensor: 'b', value: 1})
    await job.advanceBy('10s')
    expect(out.take()).toEqual([['b', 1]])
    expect(job.processingTime).toBe(19_999)
  })

  it('asks a watermark strategy every 200 ms', async () => {
    const job = new JobDriver()
    const source = job.source<Reading & {readonly at: number}>()
    const strategy = WatermarkStrategy.forBoundedOutOfOrderness<Reading & {readonly at: number}>('5s')
    const out = job.collect(() =>
      source.stream
        .assignTimestampsAndWatermarks(strategy.withTimestampAssigner(({at}) => at))
        .keyBy('sensor')
        .window(TumblingEventTimeWindows.of('10s'))
        .count(),
    )
    source.emit({sensor: 'a', value: 1, at: 1000}).emit({sensor: 'a', value: 1, at: 15_001})
    await job.settle()
    expect(out.values).toEqual([])
    await job.advanceBy('200ms')
    expect(out.take()).toEqual([['a', 1]])
  })

  it('of events waits for the slowest input, unless that is idle', async () => {
    const job = new JobDriver()
    const source = job.source<Reading>({parallelism: 2})
    const out = job.collect(() => source.stream.keyBy('sensor').window(TumblingEventTimeWindows.of('10s')).count())
    source.subtask(0).emit({sensor: 'a', value: 1}, 1000).watermark(20_000)
    await job.settle()
    expect(out.values).toEqual([])
    source.subtask(1).idle()
    await job.settle()
    expect(out.take()).toEqual([['a', 1]])
  })

  it('has timers that fire in their order', async () => {
    const job = new JobDriver()
    const source = job.source<number>()
    const out = job.collect(() => source.stream.keyBy((n) => n).process(new Later()))
    for (const delay of [300, 100, 200]) source.emit(delay)
    await job.advanceTo(250)
    expect(out.take()).toEqual([100, 200])
    await job.advanceTo(300)
    expect(out.take()).toEqual([300])
  })
})

class Later extends KeyedProcessFunction<number, number, number> {
  processElement(delayMs: number, ctx: program.KeyedProcessContext<number>): void {
    ctx.timerService().registerProcessingTimeTimer(ctx.timerService().currentProcessingTime() + delayMs)
  }

  override onTimer(_atMs: number, ctx: program.OnTimerContext<number>, out: program.Collector<number>): void {
    out.collect(ctx.getCurrentKey())
  }
}

describe('promises', () => {
  it('are waited for: asynchronous functions, sinks, sources', async () => {
    const job = new JobDriver({parallelism: 2})
    const written: number[] = []
    async function* numbers() {
      for (let n = 0; n < 20; n++) yield await Promise.resolve(n)
    }
    job.build(() => {
      job.env
        .fromSource({splits: () => [null], read: () => numbers()})
        .asyncWait(async (n) => (await Promise.resolve(n)) + 100, {timeout: '1s'})
        .sinkTo(async (n) => {
          await Promise.resolve()
          written.push(n)
        })
    })
    await job.run()
    expect(written.sort()).toEqual(Array.from({length: 20}, (_, n) => n + 100))
  })

  it('that are never fulfilled end the run with a sentence', async () => {
    const job = new JobDriver({patience: 20})
    const source = job.source<number>().emit(1)
    job.collect(() => source.stream.asyncWait(() => new Promise<number>(() => {})).name('asks'))
    await expect(job.run()).rejects.toMatchObject({
      code: 'FTS_TEST_WAITS',
      message: expect.stringMatching(/the job has not ended: .*asks.* \(1\/1\) waited 20 ms for something outside$/),
    })
  })

  it('time that does not move is named', async () => {
    const job = new JobDriver({patience: 20})
    job.collect(() => job.env.fromGenerator((n) => n, {count: 5, ratePerSecond: 1}))
    await expect(job.run()).rejects.toMatchObject({
      message: expect.stringMatching(/the next alarm rings at \d+, it is 0$/),
      tryThis: expect.stringContaining('advanceBy'),
    })
    await job.advanceBy('5s')
    await job.run()
  })
})

describe('a program', () => {
  it('runs with its environment, its prints and its results here', async () => {
    const job = new JobDriver({parallelism: 2})
    const answer = await job.runProgram(async () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment()
      const doubled = await env
        .fromElements(1, 2, 3)
        .map((n) => n * 2)
        .executeAndCollect()
      env
        .fromElements(...doubled)
        .map((n) => n + 1)
        .setParallelism(1)
        .print('odd')
        .setParallelism(1)
      env.fromElements('oh').printToErr().setParallelism(1)
      await env.execute('second')
      return doubled
    })
    expect(answer).toEqual([2, 4, 6])
    expect(job.printed).toEqual(['odd> 3', 'odd> 5', 'odd> 7'])
    expect(job.printedToErr).toEqual(['oh'])
  })

  it('may build a job of what came of the one before, for every subtask', async () => {
    const job = new JobDriver({parallelism: 3})
    const calls: string[] = []
    const total = await job.runProgram(async () => {
      calls.push('main')
      const env = StreamExecutionEnvironment.getExecutionEnvironment()
      const words = await env.fromElements('a', 'b').executeAndCollect()
      const {counters} = await (async () => {
        env
          .fromElements(1, 2, 3, 4)
          .filter(isEven())
          .sinkTo(() => {})
        return env.execute()
      })()
      const numbered = env.fromElements(...words, 'c').keyBy((word) => word)
      const again = await numbered.process(new Numbered()).executeAndCollect()
      return `${again.length} ${counters.odd}`
    })
    expect(total).toBe('3 2')
    // The first job has one subtask, the others have three.
    expect(calls.length).toBe(1 + 2 + 2)
  })

  it('that builds another job when it is called again is refused', async () => {
    let calls = 0
    const main = async () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment()
      env
        .fromElements(1)
        .rebalance()
        .map((n) => n)
        .name(`call ${calls++}`)
        .print()
      await env.execute()
    }
    const refused = {code: 'FTS_NONDETERMINISTIC_GRAPH'}
    await expect(new JobDriver({parallelism: 2}).runProgram(main)).rejects.toMatchObject(refused)
    let isFirst = true
    const once = async () => {
      if (isFirst) {
        isFirst = false
        await main()
      }
    }
    await expect(new JobDriver({parallelism: 2}).runProgram(once)).rejects.toMatchObject(refused)
  })

  it('that fails throws where it executes', async () => {
    const job = new JobDriver()
    const failing = job.runProgram(async () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment()
      return env
        .fromElements(1, 0)
        .map((n) => BigInt(1 / n))
        .executeAndCollect()
    })
    await expect(failing).rejects.toMatchObject({code: 'FTS_USER_FUNCTION'})
  })
})

describe('what is wrong', () => {
  it('in a function names operator and record, and the job stays failed', async () => {
    const job = new JobDriver({parallelism: 2})
    const source = job.source<Reading>()
    const check = (reading: Reading, _ctx: unknown, out: program.Collector<Reading>) => {
      if (reading.value < 0) throw new RangeError('below zero')
      out.collect(reading)
    }
    job.collect(() => source.stream.keyBy('sensor').process(check).name('check'))
    source.emit({sensor: 'a', value: -1})
    const failure = {code: 'FTS_USER_FUNCTION', message: expect.stringMatching(/check.*below zero/s)}
    await expect(job.settle()).rejects.toMatchObject(failure)
    await expect(job.run()).rejects.toMatchObject(failure)
  })

  it('where the pipeline is built: outside, after the start, another one each time, with execute', async () => {
    const job = new JobDriver({parallelism: 2})
    const source = job.source<number>()
    expect(() => source.stream).toThrow('source.stream is for functions that build the pipeline')
    expect(() => job.env).toThrow('job.env is for functions that build the pipeline')
    let builds = 0
    job.collect(() => source.stream.map((n) => n).name(`build ${builds++}`))
    await expect(job.run()).rejects.toMatchObject({code: 'FTS_NONDETERMINISTIC_GRAPH'})
    expect(() => job.collect(() => source.stream)).toThrow('the job has been started')

    const executed: Promise<unknown>[] = []
    const other = new JobDriver()
    other.build(() => {
      other.env.fromElements(1).print()
      executed.push(other.env.execute())
    })
    await expect(executed[0]).rejects.toThrow('a pipeline under test is run by the test: leave execute() out')
  })

  it('in the pipeline is refused: no sink, no subtask, a source that has ended, a time that is none', async () => {
    const job = new JobDriver()
    const source = job.source<number>()
    job.build(() => {
      source.stream.map((n) => n)
    })
    await expect(job.run()).rejects.toMatchObject({code: 'FTS_NO_SINK'})
    expect(() => source.subtask(1)).toThrow('the source has the subtasks 0 to 0, there is no 1')
    expect(() => source.watermark(Number.NaN)).toThrow('a watermark is a number of milliseconds, got NaN')
    expect(() => source.end().emit(1)).toThrow('the source has ended')
  })

  it('without an end is stopped', async () => {
    const job = new JobDriver({stepsMax: 500})
    job.collect(() => job.env.fromGenerator(() => 1, {}).filter(() => false))
    await expect(job.settle()).rejects.toMatchObject({code: 'FTS_TEST_ENDLESS'})
  })

  it('a job that is cancelled in the middle closes its functions', async () => {
    const job = new JobDriver()
    const closed: string[] = []
    const source = job.source<number>().emit(1)
    class Closing extends program.AbstractRichFunction {
      map(n: number): number {
        return n
      }
      override close(): void {
        closed.push('closed')
      }
    }
    job.collect(() => source.stream.map(new Closing()))
    await job.settle()
    expect(closed).toEqual([])
    await job.cancel()
    expect(closed).toEqual(['closed'])
    await expect(job.run()).rejects.toMatchObject({code: 'FTS_JOB_CANCELED'})
  })

  it('state that grows where it should not shows in a test', async () => {
    const job = new JobDriver()
    const source = job.source<string>()
    const seen = new ValueStateDescriptor<boolean>('seen')
    class FirstOnly extends KeyedProcessFunction<string, string, string> {
      processElement(word: string, _ctx: program.KeyedProcessContext<string>, out: program.Collector<string>): void {
        const state = this.getRuntimeContext().getState(seen)
        if (state.value() === true) return
        state.update(true)
        out.collect(word)
      }
    }
    const out = job.collect(() => source.stream.keyBy((word) => word).process(new FirstOnly()))
    source.emitAll(['a', 'b', 'a', 'c', 'b'])
    await job.run()
    expect(out.values).toEqual(['a', 'b', 'c'])
  })
})
