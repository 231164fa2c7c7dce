// Goal: a process function without keys sees time, emits to side outputs, and is refused timers.
// Method: the record harness.
import {describe, expect, it} from 'vitest'
import {
  type Collector,
  OutputTag,
  type ProcessContext,
  ProcessFunction,
  ProcessOperator,
} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const LATE = new OutputTag<string>('late')

class Route extends ProcessFunction<string, string> {
  processElement(value: string, ctx: ProcessContext, out: Collector<string>): void {
    const time = `${ctx.timestamp()} ${ctx.timerService().currentWatermark()} ${ctx.timerService().currentProcessingTime()}`
    if (value.startsWith('!')) ctx.output(LATE, value)
    else out.collect(`${value} ${time}`)
  }
}

describe('ProcessOperator', () => {
  it('knows the time of the record, the watermark and the clock', () => {
    const harness = new RecordHarness(new ProcessOperator(new Route()), {nowMs: 77}).open()
    harness
      .process(['a'], {timestamps: 5})
      .watermark(4)
      .process(['b', '!c'], {timestamps: [6, 3]})
      .process(['!d'])
    expect(harness.take()).toEqual([
      {value: `a 5 ${-(2 ** 63)} 77`, timestampMs: 5},
      {watermark: 4},
      {value: 'b 6 4 77', timestampMs: 6},
      {value: '!c', timestampMs: 3, side: 'late'},
      {value: '!d', side: 'late'},
    ])
    harness.end()
    expect(harness.ledger).toBe(0)
  })

  it('emits side outputs within the room, in order with control elements', () => {
    const both = new ProcessOperator((value: number, ctx: ProcessContext, out: Collector<number>) => {
      out.collect(value)
      ctx.output(LATE, String(value))
    })
    const harness = new RecordHarness(both, {roomPerTurn: 1}).open()
    const records = Array.from({length: 3000}, (_, i) => i)
    harness.process(records).watermark(1)
    expect(harness.emissions.at(-1)).toEqual({watermark: 1})
    harness.end()
    expect(harness.values).toEqual(records)
    expect(harness.sideValues('late')).toEqual(records.map(String))
  })

  it('refuses timers, and a tag that is none', () => {
    const timers = new ProcessOperator((_value, ctx) => ctx.timerService().registerEventTimeTimer(1))
    const first = new RecordHarness(timers).open()
    expect(() => first.process([1])).toThrow(/timers belong to a key/)
    first.close()
    const second = new RecordHarness(new ProcessOperator((_value, ctx) => ctx.output('late' as never, 1))).open()
    expect(() => second.process([1])).toThrow(/expects? an OutputTag|an OutputTag is expected/)
    second.close()
    expect(() => new OutputTag('')).toThrow(/an output tag needs an id/)
  })
})
