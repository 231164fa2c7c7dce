// Goal: a keyed process function has state and timers of its key; timers fire in order, before the watermark goes on, within the room.
// Method: the record harness; processing time moved by hand.
import {describe, expect, it} from 'vitest'
import {
  type Collector,
  KeyedFilterOperator,
  KeyedFlatMapOperator,
  KeyedMapOperator,
  type KeyedProcessContext,
  KeyedProcessFunction,
  KeyedProcessOperator,
  type OnTimerContext,
  OutputTag,
  type RuntimeContext,
} from '../../../../src/operators/index.js'
import {type ValueState, ValueStateDescriptor} from '../../../../src/state/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

type Event = [key: string, value: number]
const ALARM = new OutputTag<string>('alarm')

/** Sums up; an event-time timer 10 ms after each record, and one of processing time after 100 ms. */
class Sums extends KeyedProcessFunction<string, Event, string> {
  private sum!: ValueState<number, number>
  override open(context: RuntimeContext): void {
    this.sum = context.getState(new ValueStateDescriptor('sum', {defaultValue: 0}))
  }
  processElement([, value]: Event, ctx: KeyedProcessContext<string>, out: Collector<string>): void {
    this.sum.update(this.sum.value() + value)
    out.collect(`${ctx.getCurrentKey()}=${this.sum.value()}`)
    ctx.timerService().registerEventTimeTimer((ctx.timestamp() ?? 0) + 10)
    ctx.timerService().registerProcessingTimeTimer(ctx.timerService().currentProcessingTime() + 100)
  }
  override onTimer(timestampMs: number, ctx: OnTimerContext<string>, out: Collector<string>): void {
    const watermark = ctx.timerService().currentWatermark()
    out.collect(
      `${ctx.timeDomain()} ${timestampMs}/${ctx.timestamp()} ${ctx.getCurrentKey()}=${this.sum.value()} at ${watermark}`,
    )
    ctx.output(ALARM, ctx.getCurrentKey())
    this.sum.clear()
  }
}

const sums = () => new KeyedProcessOperator<string, Event, string>(0, new Sums())

describe('KeyedProcessOperator', () => {
  it('fires event-time timers in order before the watermark goes on', () => {
    const harness = new RecordHarness(sums()).open()
    harness.process(
      [
        ['b', 1],
        ['a', 2],
        ['a', 3],
      ],
      {timestamps: [5, 3, 3]},
    )
    expect(harness.take()).toEqual([
      {value: 'b=1', timestampMs: 5},
      {value: 'a=2', timestampMs: 3},
      {value: 'a=5', timestampMs: 3},
    ])
    harness.watermark(12)
    expect(harness.take()).toEqual([{watermark: 12}])
    harness.watermark(20)
    expect(harness.take()).toEqual([
      {value: 'EVENT_TIME 13/13 a=5 at 20', timestampMs: 13},
      {value: 'EVENT_TIME 15/15 b=1 at 20', timestampMs: 15},
      {value: 'a', timestampMs: 13, side: 'alarm'},
      {value: 'b', timestampMs: 15, side: 'alarm'},
      {watermark: 20},
    ])
    harness.process([['a', 7]], {timestamps: 21})
    expect(harness.take()).toEqual([{value: 'a=7', timestampMs: 21}])
    harness.end()
    expect(harness.ledger).toBe(0)
  })

  it('fires processing-time timers when the clock is past them, without a timestamp', () => {
    const harness = new RecordHarness(sums(), {nowMs: 1000}).open()
    harness
      .process([['a', 1]], {timestamps: 1})
      .moveTo(1050)
      .process([['b', 2]], {timestamps: 2})
    harness.take()
    harness.moveTo(1099)
    expect(harness.take()).toEqual([])
    harness.moveTo(1100)
    expect(harness.take()).toEqual([
      {value: `PROCESSING_TIME 1100/1100 a=1 at ${-(2 ** 63)}`},
      {value: 'a', timestampMs: 1100, side: 'alarm'},
    ])
    harness.moveTo(2000)
    expect(harness.take()).toHaveLength(2)
    harness.end()
  })

  it('keeps within the room when thousands of timers fire, and nothing overtakes the watermark', () => {
    const operator = new KeyedProcessOperator<number, number, number>((n) => n, {
      processElement: (n, ctx) => ctx.timerService().registerEventTimeTimer(n),
      onTimer: (timestampMs, _ctx, out) => {
        out.collect(timestampMs)
        out.collect(timestampMs)
      },
    })
    const harness = new RecordHarness(operator, {roomPerTurn: 1}).open()
    const numbers = Array.from({length: 3000}, (_, i) => i)
    harness
      .process([...numbers].reverse())
      .watermark(2999)
      .status('idle')
      .status('active')
    expect(harness.values).toEqual(numbers.flatMap((n) => [n, n]))
    expect(harness.emissions.slice(-3)).toEqual([{watermark: 2999}, {status: 'idle'}, {status: 'active'}])
    harness.end()
    expect(harness.ledger).toBe(0)
  })

  it('deletes timers, and registers each once', () => {
    const operator = new KeyedProcessOperator<string, Event, number>(0, {
      processElement: ([, value], ctx) => {
        const timers = ctx.timerService()
        if (value < 0) {
          timers.deleteEventTimeTimer(-value)
          timers.deleteProcessingTimeTimer(-value)
        } else {
          timers.registerEventTimeTimer(value)
          timers.registerProcessingTimeTimer(value)
        }
      },
      onTimer: (timestampMs, _ctx, out) => out.collect(timestampMs),
    })
    const harness = new RecordHarness(operator).open()
    harness
      .process([
        ['a', 5],
        ['a', 5],
        ['a', 6],
        ['a', -6],
        ['b', 6],
        ['b', -5],
      ])
      .watermark(10)
      .moveTo(10)
    expect(harness.values).toEqual([5, 6, 5, 6])
    harness.end()
  })

  it('copies what a function with state collects, so that it may go on changing it', () => {
    class Counting extends KeyedProcessFunction<string, Event, {n: number}> {
      private state!: ValueState<{n: number}>
      override open(context: RuntimeContext): void {
        this.state = context.getState(new ValueStateDescriptor<{n: number}>('n'))
      }
      processElement(_value: Event, _ctx: KeyedProcessContext<string>, out: Collector<{n: number}>): void {
        const counter = this.state.value() ?? {n: 0}
        counter.n += 1
        this.state.update(counter)
        out.collect(counter)
      }
    }
    const harness = new RecordHarness(new KeyedProcessOperator(0, new Counting())).open()
    harness.process([
      ['a', 0],
      ['a', 0],
      ['a', 0],
    ])
    expect(harness.values).toEqual([{n: 1}, {n: 2}, {n: 3}])
    harness.end()
  })

  it('names key and timer when onTimer throws', () => {
    const operator = new KeyedProcessOperator<string, Event, number>(0, {
      processElement: (_event, ctx) => ctx.timerService().registerEventTimeTimer(7),
      onTimer: () => {
        throw new Error('boom')
      },
    })
    const harness = new RecordHarness(operator).open()
    harness.process([['a', 1]])
    expect(() => harness.watermark(7)).toThrow(/Error: boom for the event-time timer 7 of key "a"/)
    harness.close()
  })
})

describe('keyed map, filter and flatMap', () => {
  class Seen {
    protected count!: ValueState<number, number>
    open(context: RuntimeContext): void {
      this.count = context.getState(new ValueStateDescriptor('count', {defaultValue: 0}))
    }
    protected next(): number {
      this.count.update(this.count.value() + 1)
      return this.count.value()
    }
  }
  const input = ['a', 'b', 'a', 'a', 'b']
  const valuesOf = (operator: ConstructorParameters<typeof RecordHarness>[0]) => {
    const harness = new RecordHarness(operator, {roomPerTurn: 1}).open()
    harness.process(input)
    harness.end()
    expect(harness.ledger).toBe(0)
    return harness.values
  }
  const self = (word: string) => word

  it('have state of their key', () => {
    class Numbering extends Seen {
      map = (word: string) => `${word}${this.next()}`
    }
    class OnlyFirst extends Seen {
      filter = () => this.next() === 1
    }
    class Repeat extends Seen {
      *flatMap(word: string) {
        for (let left = this.next(); left > 0; left--) yield word + left
      }
    }
    expect(valuesOf(new KeyedMapOperator(self, new Numbering()))).toEqual(['a1', 'b1', 'a2', 'a3', 'b2'])
    expect(valuesOf(new KeyedFilterOperator(self, new OnlyFirst()))).toEqual(['a', 'b'])
    expect(valuesOf(new KeyedFlatMapOperator(self, new Repeat()))).toEqual([
      'a1',
      'b1',
      'a2',
      'a1',
      'a3',
      'a2',
      'a1',
      'b2',
      'b1',
    ])
  })

  it('a generator of a keyed flatMap waits for room', () => {
    function* many(n: number) {
      for (let i = 0; i < n; i++) yield i
    }
    const harness = new RecordHarness(new KeyedFlatMapOperator((n: number) => n, many), {roomPerTurn: 1}).open()
    harness.process([3000, 2]).watermark(1)
    expect(harness.values).toHaveLength(3002)
    expect(harness.emissions.at(-1)).toEqual({watermark: 1})
    harness.end()
  })
})
