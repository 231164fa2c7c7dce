// Goal: a TestHarness runs one operator of a program call by call, as a task would, and refuses what it cannot be.
// Method: functions, windows, joins and broadcast state, said as in a program; a thousand windows against sums of their own.
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {TestHarness, TwoInputTestHarness} from '../../../src/testing/index.js'

const {
  KeyedProcessFunction,
  MapStateDescriptor,
  OutputTag,
  TumblingEventTimeWindows,
  EventTimeSessionWindows,
  ValueStateDescriptor,
} = program

type DataStream<T> = program.DataStream<T>

interface Reading {
  readonly sensor: string
  readonly value: number
}

const SMALL = new OutputTag<Reading>('small')

/** The first reading of a sensor, then those that are above it; says when there was none for a minute. */
class Rising extends KeyedProcessFunction<string, Reading, string> {
  private readonly last = new ValueStateDescriptor<number>('last')
  private readonly alarm = new ValueStateDescriptor<number>('alarm')

  processElement(reading: Reading, ctx: program.KeyedProcessContext<string>, out: program.Collector<string>): void {
    const runtime = this.getRuntimeContext()
    runtime.counter('readings').inc()
    const last = runtime.getState(this.last)
    if (reading.value < (last.value() ?? 0)) ctx.output(SMALL, reading)
    else out.collect(`${ctx.getCurrentKey()} rises to ${reading.value} at ${ctx.timestamp()}`)
    last.update(reading.value)
    const alarm = runtime.getState(this.alarm)
    const before = alarm.value()
    if (before !== undefined && before !== null) ctx.timerService().deleteEventTimeTimer(before)
    alarm.update((ctx.timestamp() ?? 0) + 60_000)
    ctx.timerService().registerEventTimeTimer((ctx.timestamp() ?? 0) + 60_000)
  }

  override onTimer(atMs: number, ctx: program.OnTimerContext<string>, out: program.Collector<string>): void {
    out.collect(`${ctx.getCurrentKey()} is silent at ${atMs}`)
  }
}

describe('a harness of one input', () => {
  it('shows a function with state, timers, side output and counters', () => {
    const harness = TestHarness.of((readings: DataStream<Reading>) => readings.keyBy('sensor').process(new Rising()))
    harness.processElement({sensor: 'a', value: 3}, 1000).processElement({sensor: 'b', value: 1}, 2000)
    expect(harness.takeOutputValues()).toEqual(['a rises to 3 at 1000', 'b rises to 1 at 2000'])
    harness.processElement({sensor: 'a', value: 2}, 30_000).processWatermark(62_000)
    expect(harness.getOutput()).toEqual([{value: 'b is silent at 62000', timestampMs: 62_000}, {watermark: 62_000}])
    expect(harness.getSideOutput(SMALL)).toEqual([{sensor: 'a', value: 2}])
    harness.endInput()
    expect(harness.takeOutputValues()).toEqual(['b is silent at 62000', 'a is silent at 90000'])
    harness.close()
    expect(harness.counters).toEqual({readings: 3})
  })

  it('runs a thousand windows in no time', () => {
    for (let test = 0; test < 1000; test++) {
      const harness = TestHarness.of((readings: DataStream<Reading>) =>
        readings.keyBy('sensor').window(TumblingEventTimeWindows.of('1 min')).sum('value'),
      )
      harness.processElement({sensor: 'a', value: test}, 0).processElement({sensor: 'a', value: 1}, 59_999)
      harness.processElement({sensor: 'b', value: 2}, 60_000).processWatermark(59_999)
      expect(harness.takeOutputValues()).toEqual([{sensor: 'a', value: test + 1}])
      harness.endInput().close()
    }
  })

  it('moves processing time', () => {
    const nowOf = (word: string, ctx: program.KeyedProcessContext<string>, out: program.Collector<string>) =>
      out.collect(`${word} at ${ctx.timerService().currentProcessingTime()}`)
    const harness = TestHarness.of((words: DataStream<string>) => words.keyBy((word) => word).process(nowOf), {
      nowMs: 5,
    })
    harness.processElement('a').setProcessingTime(700).processElement('b')
    expect(harness.extractOutputValues()).toEqual(['a at 5', 'b at 700'])
    expect(harness.getProcessingTime()).toBe(700)
  })

  it('gives statuses, batches and what has no event time', () => {
    const harness = TestHarness.of((numbers: DataStream<number>) => numbers.map((n) => n + 1))
    harness.processElements([1, 2]).processElements([]).processStatus('idle').processStatus('active')
    expect(harness.getOutput()).toEqual([{value: 2}, {value: 3}, {status: 'idle'}, {status: 'active'}])
  })

  it('waits for promises in settle, and says so before', async () => {
    const harness = TestHarness.of((ids: DataStream<number>) =>
      ids.asyncWait(async (id) => `user ${await Promise.resolve(id)}`, {capacity: 2}),
    )
    harness.processElement(1).processElement(2).processElement(3)
    expect(harness.extractOutputValues()).toEqual([])
    expect(() => harness.processElement(4)).toThrow('"Async Wait" waits for a promise and gives or takes input later')
    await harness.settle()
    harness.processElement(4)
    await harness.settle()
    expect(harness.endInput().extractOutputValues()).toEqual(['user 1', 'user 2', 'user 3', 'user 4'])
  })

  it('throws what the function throws, with the record', () => {
    const harness = TestHarness.of((numbers: DataStream<number>) =>
      numbers.map((n) => {
        if (n === 7) throw new RangeError('seven')
        return n
      }),
    )
    harness.processElement(6)
    expect(() => harness.processElement(7)).toThrow(expect.objectContaining({code: 'FTS_USER_FUNCTION'}))
  })

  it('tells the function which subtask it is', () => {
    const harness = TestHarness.of(
      (numbers: DataStream<number>) =>
        numbers.map(
          new (class extends program.AbstractRichFunction {
            map(): string {
              const {index, parallelism} = this.getRuntimeContext().taskInfo
              return `${index} of ${parallelism}`
            }
          })(),
        ),
      {parallelism: 4, subtaskIndex: 2},
    )
    expect(harness.processElement(0).extractOutputValues()).toEqual(['2 of 4'])
  })

  it('is of one operator: not of none, not of several, not of a job', () => {
    const refused = {code: 'FTS_TEST_ONE_OPERATOR'}
    expect(() => TestHarness.of((numbers: DataStream<number>) => numbers.rebalance())).toThrow(
      expect.objectContaining(refused),
    )
    expect(() => TestHarness.of((numbers: DataStream<number>) => numbers.map((n) => n).filter(() => true))).toThrow(
      'a harness runs one operator of the streams it is given, and there are 2: Map, Filter',
    )
  })
})

describe('a harness of two inputs', () => {
  it('joins in windows, when both watermarks have come', () => {
    const harness = TwoInputTestHarness.of((a: DataStream<Reading>, b: DataStream<Reading>) =>
      a
        .join(b)
        .where('sensor')
        .equalTo('sensor')
        .window(EventTimeSessionWindows.withGap('10s'))
        .apply((left, right) => `${left.sensor} ${left.value}/${right.value}`),
    )
    harness.processElement1({sensor: 'a', value: 1}, 0).processElement2({sensor: 'a', value: 2}, 5000)
    harness.processElement2({sensor: 'b', value: 3}, 5000).processWatermark1(60_000)
    expect(harness.extractOutputValues()).toEqual([])
    harness.processWatermark2(60_000)
    expect(harness.extractOutputValues()).toEqual(['a 1/2'])
    harness.processBothWatermarks(70_000)
    expect(harness.getOutput().at(-1)).toEqual({watermark: 70_000})
    harness.endInput().close()
  })

  it('reads broadcast state', () => {
    const limits = new MapStateDescriptor<string, number>('limits')
    const harness = TwoInputTestHarness.of((readings: DataStream<Reading>, rules: DataStream<Reading>) =>
      readings.keyBy('sensor').connect(rules.broadcast(limits)).process(new Limits(limits)),
    )
    harness.processElement1({sensor: 'a', value: 5}).processElement2({sensor: 'a', value: 4})
    harness.processElement1({sensor: 'a', value: 5}).processElement1({sensor: 'a', value: 3})
    expect(harness.extractOutputValues()).toEqual([{sensor: 'a', value: 5}])
  })

  it('goes on with one input while the other is idle', () => {
    const harness = TwoInputTestHarness.of((a: DataStream<number>, b: DataStream<number>) =>
      a.connect(b).map({map1: (n: number) => n, map2: (n: number) => -n}),
    )
    harness.processWatermark1(10)
    expect(harness.getOutput()).toEqual([])
    harness.processStatus2('idle')
    expect(harness.getOutput()).toEqual([{watermark: 10}])
    harness.processStatus2('active').processStatus1('idle').processElement1(1).processElement2(2)
    expect(harness.extractOutputValues()).toEqual([1, -2])
  })
})

class Limits extends program.KeyedBroadcastProcessFunction<string, Reading, Reading, Reading> {
  constructor(private readonly limits: program.MapStateDescriptor<string, number>) {
    super()
  }

  processElement(
    reading: Reading,
    ctx: program.KeyedReadOnlyBroadcastContext<string>,
    out: program.Collector<Reading>,
  ): void {
    if (reading.value > (ctx.getBroadcastState(this.limits).get(reading.sensor) ?? Number.POSITIVE_INFINITY))
      out.collect(reading)
  }

  processBroadcastElement(rule: Reading, ctx: program.KeyedBroadcastContext<string>): void {
    ctx.getBroadcastState(this.limits).put(rule.sensor, rule.value)
  }
}
