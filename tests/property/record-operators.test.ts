// Goal: record operators agree with plain sequential oracles, whatever the batches, the room, and the times are.
// Method: random records in random batches through the record harness; the oracle is a loop over all records.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  AsyncWaitOperator,
  createRollingAggregate,
  FlatMapOperator,
  KeyedCoProcessOperator,
  KeyedProcessOperator,
  KeyedReduceOperator,
  type ResultFuture,
  type RollingAggregateKind,
  type RuntimeContext,
  rollingAggregate,
  TimestampsAndWatermarksOperator,
  WatermarkStrategy,
} from '../../src/operators/index.js'
import {type ListState, ListStateDescriptor} from '../../src/state/index.js'
import {propertyOptions} from '../support/property-options.js'
import {type Emission, RecordHarness} from '../support/record-harness.js'

type Row = [key: string, value: number, note: number]

const row: fc.Arbitrary<Row> = fc.tuple(fc.constantFrom('a', 'b', 'c', 'dd'), fc.integer({min: -9, max: 9}), fc.nat())
const rows = fc.array(row, {maxLength: 60})
const kinds = fc.constantFrom<RollingAggregateKind>('sum', 'min', 'max', 'minBy', 'maxBy')
const batchSize = fc.integer({min: 1, max: 20})
const room = fc.integer({min: 1, max: 3})

/** The same records in batches. */
function batches<T>(all: readonly T[], size: number): T[][] {
  const result: T[][] = []
  for (let from = 0; from < all.length; from += size) result.push(all.slice(from, from + size))
  return result
}

describe('record operators agree with sequential oracles', () => {
  it('rolling aggregates, for each record and at the end', () => {
    fc.assert(
      fc.property(
        rows,
        kinds,
        fc.constantFrom('first', 'last'),
        batchSize,
        room,
        (all, kind, onTie, size, roomPerTurn) => {
          const reduce = rollingAggregate<Row>(kind, 1, {onTie})
          const state = new Map<string, Row>()
          const updates = all.map((one) => {
            const before = state.get(one[0])
            state.set(one[0], before === undefined ? one : reduce(before, one))
            return state.get(one[0])
          })
          const options = {keySelector: 0, kind, field: 1, onTie} as const
          for (const [emit, expected] of [
            ['updates', updates],
            ['final', [...state.values()]],
          ] as const) {
            const harness = new RecordHarness(createRollingAggregate<Row>({...options, emit}), {roomPerTurn}).open()
            for (const batch of batches(all, size)) harness.process(batch)
            harness.end()
            expect(harness.values).toEqual(expected)
            expect(harness.ledger).toBe(0)
          }
        },
      ),
      propertyOptions(100),
    )
  })

  it('reduce with a function that changes its argument is reduce with one that does not', () => {
    const make = (a: {k: string; n: number}, b: {k: string; n: number}) => ({k: a.k, n: a.n * 3 + b.n})
    const change = (a: {k: string; n: number}, b: {k: string; n: number}) => {
      a.n = a.n * 3 + b.n
      return a
    }
    fc.assert(
      fc.property(rows, batchSize, (all, size) => {
        const outputs = [make, change].map((reduce) => {
          const harness = new RecordHarness(new KeyedReduceOperator({keySelector: 'k', reduce})).open()
          for (const batch of batches(all, size)) harness.process(batch.map(([k, n]) => ({k, n})))
          harness.end()
          return harness.values
        })
        expect(outputs[1]).toEqual(outputs[0])
      }),
      propertyOptions(100),
    )
  })

  it('flatMap of any explosion', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: 0, max: 2500}), {maxLength: 8}),
        batchSize,
        room,
        (counts, size, roomPerTurn) => {
          const expand = (count: number) => Array.from({length: count}, (_, i) => i)
          function* generate(count: number) {
            yield* expand(count)
          }
          for (const flatMap of [expand, generate]) {
            const harness = new RecordHarness(new FlatMapOperator<number, number>(flatMap), {roomPerTurn}).open()
            for (const batch of batches(counts, size)) harness.process(batch)
            harness.end()
            expect(harness.values).toEqual(counts.flatMap(expand))
            expect(harness.ledger).toBe(0)
          }
        },
      ),
      propertyOptions(30),
    )
  })

  it('watermarks: no record after a watermark is more out of order than was said', () => {
    const steps = fc.array(fc.oneof(fc.integer({min: 0, max: 1000}), fc.constant('probe' as const)), {maxLength: 50})
    fc.assert(
      fc.property(steps, fc.integer({min: 0, max: 100}), room, (all, bound, roomPerTurn) => {
        const strategy = WatermarkStrategy.forBoundedOutOfOrderness<number>(bound).withTimestampAssigner((time) => time)
        const harness = new RecordHarness(new TimestampsAndWatermarksOperator({strategy}), {roomPerTurn}).open()
        const expected: Emission[] = []
        let greatest = Number.NEGATIVE_INFINITY
        let said = Number.NEGATIVE_INFINITY
        for (const [i, step] of all.entries()) {
          if (step === 'probe') {
            harness.moveTo((i + 1) * 200)
            if (greatest - bound - 1 > said) expected.push({watermark: (said = greatest - bound - 1)})
          } else {
            harness.process([step])
            expected.push({value: step, timestampMs: step})
            greatest = Math.max(greatest, step)
          }
        }
        expected.push({watermark: 2 ** 63})
        expect(harness.end()).toEqual(expected)
      }),
      propertyOptions(100),
    )
  })

  it('co-process: both inputs in the order in which they came, with the state of the key', () => {
    class Join {
      private seen!: ListState<string>
      open(context: RuntimeContext): void {
        this.seen = context.getListState(new ListStateDescriptor<string>('seen'))
      }
      processElement1([key, value]: Row, _ctx: unknown, out: {collect(text: string): void}): void {
        this.seen.add(`1:${value}`)
        out.collect(`${key} ${this.seen.get().join(' ')}`)
      }
      processElement2([key, value]: Row, _ctx: unknown, out: {collect(text: string): void}): void {
        this.seen.add(`2:${value}`)
        out.collect(`${key} ${this.seen.get().join(' ')}`)
      }
    }
    const inputs = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.array(row, {maxLength: 8})), {maxLength: 12})
    fc.assert(
      fc.property(inputs, room, (all, roomPerTurn) => {
        const operator = new KeyedCoProcessOperator<string, Row, Row, string>([0, 0], new Join())
        const harness = new RecordHarness(operator, {inputCount: 2, roomPerTurn}).open()
        const seen = new Map<string, string[]>()
        const expected = all.flatMap(([input, batch]) =>
          batch.map(([key, value]) => {
            seen.set(key, [...(seen.get(key) ?? []), `${input + 1}:${value}`])
            return `${key} ${seen.get(key)?.join(' ')}`
          }),
        )
        for (const [input, batch] of all) harness.process(batch, {input})
        harness.end()
        expect(harness.values).toEqual(expected)
        expect(harness.ledger).toBe(0)
      }),
      propertyOptions(100),
    )
  })

  it('timers: each key and timestamp fires once, by timestamp, when the watermark reaches it', () => {
    const steps = fc.array(fc.oneof(row, fc.integer({min: -10, max: 10})), {maxLength: 60})
    fc.assert(
      fc.property(steps, room, (all, roomPerTurn) => {
        const operator = new KeyedProcessOperator<string, Row, string>(0, {
          processElement: ([, value], ctx) => ctx.timerService().registerEventTimeTimer(value),
          onTimer: (timestampMs, ctx, out) => out.collect(`${ctx.getCurrentKey()}@${timestampMs}`),
        })
        const harness = new RecordHarness(operator, {roomPerTurn}).open()
        const waiting = new Map<string, number>()
        const fired: string[][] = []
        let watermark = Number.NEGATIVE_INFINITY
        const advance = (to: number) => {
          if (to <= watermark) return
          watermark = to
          const due = [...waiting].filter(([, time]) => time <= to).sort((a, b) => a[1] - b[1])
          for (const [name] of due) waiting.delete(name)
          fired.push(due.map(([name]) => name))
        }
        for (const step of all) {
          if (typeof step === 'number') {
            harness.watermark(step)
            advance(step)
          } else {
            harness.process([step])
            waiting.set(`${step[0]}@${step[1]}`, step[1])
          }
        }
        advance(2 ** 63)
        const groups: string[][] = [[]]
        for (const emission of harness.end()) {
          if ('value' in emission) groups.at(-1)?.push(String(emission.value))
          else groups.push([])
        }
        const timeOf = (name: string) => Number(name.split('@')[1])
        expect(groups.slice(0, -1).map((group) => group.map(timeOf))).toEqual(fired.map((group) => group.map(timeOf)))
        expect(groups.slice(0, -1).map((group) => [...group].sort())).toEqual(fired.map((group) => [...group].sort()))
      }),
      propertyOptions(100),
    )
  })

  it('asynchronous calls answered in any order: all come out, ordered or between their watermarks', () => {
    const script = fc.array(
      fc.oneof({weight: 4, arbitrary: fc.constant('record' as const)}, fc.constant('watermark' as const)),
      {
        maxLength: 30,
      },
    )
    fc.assert(
      fc.property(
        script,
        fc.constantFrom('ordered', 'unordered'),
        fc.infiniteStream(fc.nat()),
        room,
        (steps, order, picks, roomPerTurn) => {
          const open: {value: number; result: ResultFuture<number>}[] = []
          const asyncInvoke = (value: number, result: ResultFuture<number>) => void open.push({value, result})
          const operator = new AsyncWaitOperator({asyncFunction: {asyncInvoke}, order, timeoutMs: 0, capacity: 1000})
          const harness = new RecordHarness(operator, {roomPerTurn}).open()
          let segment = 0
          let count = 0
          const segmentOf: number[] = []
          const answered: number[] = []
          const answerOne = () => {
            const [{value, result}] = open.splice((picks.next().value ?? 0) % open.length, 1)
            answered.push(value)
            result.complete([value])
            harness.drain()
          }
          for (const step of steps) {
            if (step === 'watermark') harness.watermark(segment++)
            else {
              segmentOf.push(segment)
              harness.process([count++])
            }
            if (open.length > 0 && (picks.next().value ?? 0) % 2 === 0) answerOne()
          }
          while (open.length > 0) answerOne()
          const emissions = harness.end()
          expect([...harness.values].sort((a, b) => Number(a) - Number(b))).toEqual(
            Array.from({length: count}, (_, i) => i),
          )
          if (order === 'ordered') expect(harness.values).toEqual(Array.from({length: count}, (_, i) => i))
          let passed = -1
          for (const emission of emissions) {
            if ('watermark' in emission) passed = emission.watermark
            else if ('value' in emission) expect(segmentOf[Number(emission.value)]).toBeGreaterThan(passed)
          }
          expect(harness.ledger).toBe(0)
        },
      ),
      propertyOptions(100),
    )
  })
})
