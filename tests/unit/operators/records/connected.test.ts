// Goal: operators with two inputs call the function of the input, combine event time by the least of the inputs that are not idle,
// and share state and timers where they are keyed.
// Method: the record harness with two inputs.
import {describe, expect, it} from 'vitest'
import {
  CoFlatMapOperator,
  CoMapOperator,
  CoProcessOperator,
  KeyedCoFlatMapOperator,
  KeyedCoMapOperator,
  KeyedCoProcessOperator,
  OutputTag,
  type RuntimeContext,
} from '../../../../src/operators/index.js'
import {type ValueState, ValueStateDescriptor} from '../../../../src/state/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const END = {watermark: 2 ** 63}
const open = (operator: ConstructorParameters<typeof RecordHarness>[0], roomPerTurn?: number) =>
  new RecordHarness(operator, {inputCount: 2, ...(roomPerTurn === undefined ? {} : {roomPerTurn})}).open()

/** Numbers records by key over both inputs. */
class Numbering {
  private count!: ValueState<number, number>
  open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', {defaultValue: 0}))
  }
  next(): number {
    this.count.update(this.count.value() + 1)
    return this.count.value()
  }
}

describe('connected streams', () => {
  it('co-map and co-flatMap call the function of the input', () => {
    const map = open(new CoMapOperator({map1: (n: number) => n * 2, map2: (text: string) => text.length}))
    map.process([1, 2], {timestamps: [5, 6]}).process(['abc'], {input: 1})
    expect(map.end()).toEqual([{value: 2, timestampMs: 5}, {value: 4, timestampMs: 6}, {value: 3}, END])
    const flat = open(
      new CoFlatMapOperator<number, string, string>({
        flatMap1: (n, out) => out.collect(String(n)),
        flatMap2: (text) => text.split(''),
      }),
      1,
    )
    flat.process([1]).process(['ab'], {input: 1})
    flat.end()
    expect(flat.values).toEqual(['1', 'a', 'b'])
    expect(flat.ledger).toBe(0)
  })

  it('co-process knows both and emits to side outputs', () => {
    const tag = new OutputTag<string>('second')
    const harness = open(
      new CoProcessOperator<number, string, number>({
        processElement1: (n, ctx, out) => out.collect(n + (ctx.timestamp() ?? 0)),
        processElement2: (text, ctx) => ctx.output(tag, text),
      }),
    )
    harness.process([1], {timestamps: 10}).process(['x'], {input: 1, timestamps: 3})
    expect(harness.end()).toEqual([{value: 11, timestampMs: 10}, {value: 'x', timestampMs: 3, side: 'second'}, END])
  })

  it('event time is the least of the inputs that are not idle, and only grows', () => {
    const harness = open(new CoMapOperator({map1: (n: number) => n, map2: (n: number) => n}))
    harness.watermark(10, 0)
    expect(harness.take()).toEqual([])
    harness.watermark(7, 1).watermark(12, 1)
    expect(harness.take()).toEqual([{watermark: 7}, {watermark: 10}])
    harness.status('idle', 0)
    expect(harness.take()).toEqual([{watermark: 12}])
    harness.watermark(20, 1).status('idle', 1)
    expect(harness.take()).toEqual([{watermark: 20}, {status: 'idle'}])
    harness.status('active', 0)
    expect(harness.take()).toEqual([{status: 'active'}])
    harness.watermark(15, 0).watermark(25, 0)
    expect(harness.take()).toEqual([{watermark: 25}])
    harness.status('active', 1).watermark(30, 0)
    expect(harness.take()).toEqual([])
    expect(harness.end()).toEqual([END])
  })

  it('keyed functions share the state of a key', () => {
    const bySelf = [(word: string) => word, (word: string) => word] as const
    class Map1 extends Numbering {
      map1 = (word: string) => `1${word}${this.next()}`
      map2 = (word: string) => `2${word}${this.next()}`
    }
    const map = open(new KeyedCoMapOperator(bySelf, new Map1()))
    map.process(['a', 'b']).process(['a'], {input: 1})
    map.end()
    expect(map.values).toEqual(['1a1', '1b1', '2a2'])
    class Flat extends Numbering {
      flatMap1(): void {
        this.next()
      }
      *flatMap2() {
        for (let n = this.next() * 1500; n > 0; n--) yield n
      }
    }
    const flat = open(new KeyedCoFlatMapOperator(bySelf, new Flat()), 1)
    flat.process(['a']).process(['a', 'b'], {input: 1})
    flat.end()
    expect(flat.values).toHaveLength(3000 + 1500)
  })

  it('keyed co-process fires timers at the combined watermark', () => {
    const harness = open(
      new KeyedCoProcessOperator<string, string, string, string>([(w) => w, (w) => w], {
        processElement1: (_w, ctx) => ctx.timerService().registerEventTimeTimer(10),
        processElement2: (_w, ctx) => ctx.timerService().deleteEventTimeTimer(10),
        onTimer: (timestampMs, ctx, out) => out.collect(`${ctx.getCurrentKey()}@${timestampMs}`),
      }),
    )
    harness.process(['a', 'b']).process(['b'], {input: 1}).watermark(50, 0)
    expect(harness.take()).toEqual([])
    harness.watermark(10, 1)
    expect(harness.take()).toEqual([{value: 'a@10', timestampMs: 10}, {watermark: 10}])
    harness.process(['c']).status('idle', 1)
    expect(harness.take()).toEqual([{value: 'c@10', timestampMs: 10}, {watermark: 50}])
    harness.end()
  })
})
