// Goal: timestamps are assigned and watermarks made as Flink does: periodic, punctuated, idle, swallowed and ended.
// Method: the record harness; processing time moved by hand. Vectors from Flink's TimestampsAndWatermarksOperatorTest and
// WatermarksWithIdlenessTest, retold.
import {describe, expect, it} from 'vitest'
import {
  TimestampsAndWatermarksOperator,
  type TimestampsAndWatermarksOptions,
  type WatermarkGenerator,
  WatermarkStrategy,
} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

interface Event {
  at: number
}
const at = (...times: number[]): Event[] => times.map((time) => ({at: time}))
const byAt = (event: Event) => event.at
const bounded = (ms: number) => WatermarkStrategy.forBoundedOutOfOrderness<Event>(ms).withTimestampAssigner(byAt)

function open(
  strategy: WatermarkStrategy<Event>,
  options: Partial<TimestampsAndWatermarksOptions<Event>> = {},
  roomPerTurn?: number,
) {
  const operator = new TimestampsAndWatermarksOperator<Event>({strategy, ...options})
  return new RecordHarness(operator, roomPerTurn === undefined ? {} : {roomPerTurn}).open()
}

describe('TimestampsAndWatermarksOperator', () => {
  it('assigns timestamps and says the watermark every 200 ms, if it has grown', () => {
    const harness = open(bounded(5))
    harness.process(at(10, 30, 20), {timestamps: 1}).moveTo(199)
    expect(harness.take()).toEqual([10, 30, 20].map((time) => ({value: {at: time}, timestampMs: time})))
    harness.moveTo(200)
    expect(harness.take()).toEqual([{watermark: 24}])
    harness.process(at(26)).moveTo(400).moveTo(600).process(at(40)).moveTo(800)
    expect(harness.take().filter((emission) => 'watermark' in emission)).toEqual([{watermark: 34}])
    expect(harness.end()).toEqual([{watermark: 2 ** 63}])
    expect(harness.ledger).toBe(0)
  })

  it('monotonous timestamps lag by the last millisecond', () => {
    const harness = open(
      WatermarkStrategy.forMonotonousTimestamps<Event>().withTimestampAssigner({extractTimestamp: byAt}),
    )
    harness.process(at(7)).moveTo(200)
    expect(harness.emissions.at(-1)).toEqual({watermark: 6})
    harness.end()
  })

  it('keeps the timestamps of the source without an assigner; a negative one is one', () => {
    const harness = open(WatermarkStrategy.forMonotonousTimestamps<Event>())
    harness.process(at(0), {timestamps: -5}).process(at(0)).moveTo(200)
    expect(harness.take()).toEqual([{value: {at: 0}, timestampMs: -5}, {value: {at: 0}}, {watermark: -6}])
    harness.end()
  })

  it('swallows what upstream says about time, but for the end', () => {
    const harness = open(bounded(0))
    harness.watermark(1000).status('idle').status('active')
    expect(harness.take()).toEqual([])
    expect(harness.end()).toEqual([{watermark: 2 ** 63}])
  })

  it('emits punctuated watermarks between the records', () => {
    const punctuated: WatermarkGenerator<Event> = {
      onEvent: (event, timestampMs, output) => {
        if (event.at % 2 === 0) output.emitWatermark(timestampMs)
      },
      onPeriodicEmit: () => {},
    }
    for (const roomPerTurn of [1, 2, 100]) {
      const strategy = WatermarkStrategy.forGenerator<Event>(() => punctuated).withTimestampAssigner(byAt)
      const harness = open(strategy, {}, roomPerTurn)
      harness.process(at(1, 2, 3, 5, 4, 2, 6))
      expect(harness.end()).toEqual([
        {value: {at: 1}, timestampMs: 1},
        {value: {at: 2}, timestampMs: 2},
        {watermark: 2},
        {value: {at: 3}, timestampMs: 3},
        {value: {at: 5}, timestampMs: 5},
        {value: {at: 4}, timestampMs: 4},
        {watermark: 4},
        {value: {at: 2}, timestampMs: 2},
        {value: {at: 6}, timestampMs: 6},
        {watermark: 6},
        {watermark: 2 ** 63},
      ])
      expect(harness.ledger).toBe(0)
    }
  })

  it('is idle after the timeout, counted from the first quiet look; the next watermark that grows ends it', () => {
    const harness = open(bounded(0).withIdleness(10), {intervalMs: 5})
    harness.process(at(1)).moveTo(5)
    expect(harness.take().at(-1)).toEqual({watermark: 0})
    // 10 is the first quiet look; 20 is exactly the timeout, 25 is more.
    harness.moveTo(10).moveTo(15).moveTo(20)
    expect(harness.take()).toEqual([])
    harness.moveTo(25).moveTo(30)
    expect(harness.take()).toEqual([{status: 'idle'}])
    harness.process(at(9)).moveTo(35)
    expect(harness.take().slice(1)).toEqual([{status: 'active'}, {watermark: 8}])
    harness.moveTo(40).moveTo(45).moveTo(50).moveTo(55)
    expect(harness.take()).toEqual([{status: 'idle'}])
    expect(harness.end()).toEqual([{status: 'active'}, {watermark: 2 ** 63}])
  })

  it('time in which it could not work does not count as quiet', () => {
    const operator = new TimestampsAndWatermarksOperator({strategy: bounded(0).withIdleness(10), intervalMs: 5})
    const harness = new RecordHarness(operator).open()
    harness.process(at(1)).moveTo(5).moveTo(10)
    harness.take()
    harness.time.moveTo(15)
    // No room from here to 1000: the task does not ask.
    harness.time.moveTo(1000)
    harness.drain()
    harness.moveTo(1005)
    expect(harness.take()).toEqual([])
    harness.moveTo(1010).moveTo(1015)
    expect(harness.take()).toEqual([{status: 'idle'}])
    harness.end()
  })

  it('says nothing before the end in batch mode, without an interval, or without watermarks', () => {
    for (const [strategy, options] of [
      [bounded(0), {isProgressive: false}],
      [bounded(0), {intervalMs: 0}],
      [WatermarkStrategy.noWatermarks<Event>().withTimestampAssigner(byAt), {}],
    ] as const) {
      const harness = open(strategy, options)
      harness.process(at(1, 2)).moveTo(10_000)
      expect(harness.end()).toEqual([
        {value: {at: 1}, timestampMs: 1},
        {value: {at: 2}, timestampMs: 2},
        {watermark: 2 ** 63},
      ])
    }
  })

  it.each([
    [undefined, /the timestamp is undefined, expected milliseconds.*\{"at":undefined\}/],
    [Number.NaN, /the timestamp is NaN/],
    [Number.POSITIVE_INFINITY, /the timestamp is Infinity/],
    ['12', /the timestamp is "12"/],
    [new Date(0), /the timestamp is "1970-01-01T00:00:00.000Z"/],
  ])('refuses the timestamp %s', (value, message) => {
    const harness = open(bounded(0))
    expect(() => harness.process([{at: value}])).toThrow(message)
    harness.close()
  })

  it('refuses strategies that make no sense', () => {
    expect(() => bounded(0).withIdleness(0)).toThrow(/withIdleness/)
    expect(() => WatermarkStrategy.forBoundedOutOfOrderness('soon')).toThrow(/forBoundedOutOfOrderness/)
    expect(() => WatermarkStrategy.forGenerator({} as never)).toThrow(/expected a function/)
    const strategy = WatermarkStrategy.forGenerator<Event>(() => {
      throw new Error('no generator')
    })
    const harness = new RecordHarness(new TimestampsAndWatermarksOperator({strategy}))
    expect(() => harness.open()).toThrow(/no generator for the watermark strategy/)
    harness.close()
  })

  it('tells the user once when records come for ten seconds and the watermark does not move', () => {
    const harness = open(bounded(5))
    harness.process(at(1000)).moveTo(200)
    for (let nowMs = 400; nowMs <= 30_000; nowMs += 200) harness.process(at(1000)).moveTo(nowMs)
    expect(harness.notices).toEqual([
      'operator "operator under test" (subtask 1 of 1): records have come for 10 s, and the watermark has not moved\n' +
        '  → Do the timestamps grow? Are they milliseconds? Does the generator emit watermarks?',
    ])
  })

  it('says nothing of a watermark that moves, of quiet, and where none are wanted', () => {
    const moving = open(bounded(5))
    for (let nowMs = 200; nowMs <= 30_000; nowMs += 200) moving.process(at(nowMs)).moveTo(nowMs)
    for (let nowMs = 30_200; nowMs <= 60_000; nowMs += 200) moving.moveTo(nowMs)
    const none = open(WatermarkStrategy.noWatermarks<Event>().withTimestampAssigner(byAt))
    for (let nowMs = 200; nowMs <= 30_000; nowMs += 200) none.process(at(1)).moveTo(nowMs)
    expect([...moving.notices, ...none.notices]).toEqual([])
  })
})
