// Goal: broadcast state is written by the broadcast side only and read by the other; the keyed kind has keys, timers and
// applyToKeyedState.
// Method: the record harness; input 1 is the broadcast side.
import {describe, expect, it} from 'vitest'
import {
  type BroadcastContext,
  type BroadcastOnTimerContext,
  BroadcastProcessFunction,
  BroadcastProcessOperator,
  type Collector,
  type KeyedBroadcastContext,
  KeyedBroadcastProcessFunction,
  KeyedBroadcastProcessOperator,
  type KeyedReadOnlyBroadcastContext,
  type ReadOnlyBroadcastContext,
  type RuntimeContext,
} from '../../../../src/operators/index.js'
import {MapStateDescriptor, type ValueState, ValueStateDescriptor} from '../../../../src/state/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const RULES = new MapStateDescriptor<string, number>('rules')
const TOTAL = new ValueStateDescriptor<number>('total', {defaultValue: 0})
type Rule = [name: string, factor: number]

describe('BroadcastProcessOperator', () => {
  class Apply extends BroadcastProcessFunction<number, Rule, number> {
    processElement(value: number, ctx: ReadOnlyBroadcastContext, out: Collector<number>): void {
      for (const [, factor] of ctx.getBroadcastState(RULES).entries()) out.collect(value * factor)
    }
    processBroadcastElement([name, factor]: Rule, ctx: BroadcastContext, out: Collector<number>): void {
      ctx.getBroadcastState(RULES).put(name, factor)
      out.collect(-factor)
    }
  }

  it('applies the rules known so far', () => {
    const harness = new RecordHarness(new BroadcastProcessOperator(new Apply()), {inputCount: 2}).open()
    harness
      .process([1])
      .process(
        [
          ['double', 2],
          ['triple', 3],
        ],
        {input: 1},
      )
      .process([10])
    harness.process([['double', 20]], {input: 1}).process([1])
    harness.end()
    expect(harness.values).toEqual([-2, -3, 20, 30, -20, 20, 3])
    expect(harness.ledger).toBe(0)
  })

  it('refuses writing from the other side', () => {
    for (const method of ['put', 'putAll', 'remove', 'clear']) {
      const operator = new BroadcastProcessOperator<number, Rule, number>({
        processElement: (_n, ctx) => (ctx.getBroadcastState(RULES) as unknown as Record<string, () => void>)[method](),
        processBroadcastElement: () => {},
      })
      const harness = new RecordHarness(operator, {inputCount: 2}).open()
      expect(() => harness.process([1])).toThrow(/broadcast state "rules" was written outside/)
      harness.close()
    }
  })
})

describe('KeyedBroadcastProcessOperator', () => {
  class Totals extends KeyedBroadcastProcessFunction<string, [string, number], Rule, string> {
    private total!: ValueState<number>
    override open(context: RuntimeContext): void {
      this.total = context.getState(TOTAL)
    }
    processElement(
      [, value]: [string, number],
      ctx: KeyedReadOnlyBroadcastContext<string>,
      out: Collector<string>,
    ): void {
      const factor = ctx.getBroadcastState(RULES).get('factor') ?? 1
      this.total.update((this.total.value() ?? 0) + value * factor)
      out.collect(`${ctx.getCurrentKey()}=${this.total.value()}`)
      ctx.timerService().registerEventTimeTimer(100)
    }
    processBroadcastElement([name, factor]: Rule, ctx: KeyedBroadcastContext<string>, out: Collector<string>): void {
      if (name === 'state') this.total.update(1)
      ctx.getBroadcastState(RULES).put(name, factor)
      if (name !== 'reset') return
      ctx.applyToKeyedState(TOTAL, (key, total) => {
        out.collect(`${key} had ${total.value()}`)
        if (total.value() === factor) total.clear()
      })
    }
    override onTimer(_timestampMs: number, ctx: BroadcastOnTimerContext<string>, out: Collector<string>): void {
      out.collect(
        `${ctx.getCurrentKey()} ends at ${this.total.value()}, factor ${ctx.getBroadcastState(RULES).get('factor')}`,
      )
    }
  }
  const open = () =>
    new RecordHarness(new KeyedBroadcastProcessOperator<string, [string, number], Rule, string>(0, new Totals()), {
      inputCount: 2,
    }).open()

  it('has state and timers of the key, and lets the broadcast side go through all keys', () => {
    const harness = open()
    harness
      .process([
        ['a', 1],
        ['b', 2],
      ])
      .process([['factor', 10]], {input: 1})
      .process([['a', 1]])
    harness.process([['reset', 2]], {input: 1})
    expect(new Set(harness.values)).toEqual(new Set(['a=1', 'b=2', 'a=11', 'a had 11', 'b had 2']))
    harness.take()
    harness.watermark(100, 0).watermark(100, 1)
    expect(harness.take()).toEqual([
      {value: 'a ends at 11, factor 10', timestampMs: 100},
      {value: 'b ends at 0, factor 10', timestampMs: 100},
      {watermark: 100},
    ])
    harness.end()
    expect(harness.ledger).toBe(0)
  })

  it('refuses state of a key to the broadcast side', () => {
    const harness = open()
    harness.process([['a', 1]])
    expect(() => harness.process([['state', 1]], {input: 1})).toThrow(/no key is current/)
    harness.close()
  })
})
