// Goal: accumulators add up what Flink's do, over several subtasks as over one; wrong values, names and classes are refused.
// Method: values of random lists go into one accumulator, and into several that are merged as plain data; results are compared with a
// plain computation. Operators through the record harness.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {jobExecutionResult} from '../../../src/api/index.js'
import {type AccumulatorSnapshots, FtsError, mergeAccumulators} from '../../../src/core/index.js'
import {formatReports, summarizeJob} from '../../../src/metrics/index.js'
import {
  type Accumulator,
  AverageAccumulator,
  DoubleCounter,
  DoubleMaximum,
  DoubleMinimum,
  Histogram,
  IntCounter,
  IntMaximum,
  IntMinimum,
  ListAccumulator,
  LongCounter,
  LongMaximum,
  LongMinimum,
  MapOperator,
  type RuntimeContext,
} from '../../../src/operators/index.js'
import {wordCountView} from '../../support/job-view-examples.js'
import {propertyOptions} from '../../support/property-options.js'
import {RecordHarness} from '../../support/record-harness.js'

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
const counts = (numbers: readonly number[]) => {
  const all = new Map<number, number>()
  for (const n of [...numbers].sort((a, b) => a - b)) all.set(n, (all.get(n) ?? 0) + 1)
  return all
}

const KINDS: readonly [make: () => Accumulator<number, unknown>, oracle: (numbers: readonly number[]) => unknown][] = [
  [() => new IntCounter(), sum],
  [() => new LongCounter(), sum],
  [() => new DoubleCounter(), sum],
  [() => new IntMinimum(), (numbers) => Math.min(...numbers)],
  [() => new LongMinimum(), (numbers) => Math.min(...numbers)],
  [() => new DoubleMinimum(), (numbers) => Math.min(...numbers)],
  [() => new IntMaximum(), (numbers) => Math.max(...numbers)],
  [() => new LongMaximum(), (numbers) => Math.max(...numbers)],
  [() => new DoubleMaximum(), (numbers) => Math.max(...numbers)],
  [() => new AverageAccumulator(), (numbers) => (numbers.length === 0 ? 0 : sum(numbers) / numbers.length)],
  [() => new Histogram(), counts],
  [() => new ListAccumulator<number>(), (numbers) => numbers],
]

const resultOf = (accumulators: AccumulatorSnapshots) =>
  // What travels is JSON.
  jobExecutionResult(JSON.parse(JSON.stringify({jobId: '', jobName: '', netRuntimeMs: 0, counters: {}, accumulators})))
    .accumulators

const codeOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof FtsError ? `${error.code}: ${error.message}` : String(error)
  }
  return 'nothing was thrown'
}

describe('accumulators', () => {
  it.each(KINDS)('%s', (make, oracle) => {
    const lists = fc.array(fc.array(fc.integer({min: -1000, max: 1000})), {minLength: 1, maxLength: 4})
    fc.assert(
      fc.property(lists, (parts) => {
        const snapshots = parts.map((numbers) => {
          const one = make()
          for (const n of numbers) one.add(n)
          expect(one.getLocalValue()).toEqual(oracle(numbers))
          return {a: one.snapshot()}
        })
        expect(resultOf(mergeAccumulators(snapshots)).a).toEqual(oracle(parts.flat()))
      }),
      propertyOptions(),
    )
  })

  it('keep numbers that JSON has no word for', () => {
    const counter = new DoubleCounter()
    counter.add(Number.POSITIVE_INFINITY)
    expect(resultOf({a: counter.snapshot(), b: new IntMinimum().snapshot()})).toEqual({a: Infinity, b: Infinity})
  })

  it('keep values of a list as they were when they were added', () => {
    const list = new ListAccumulator<{at: Date; n: number}>()
    const value = {at: new Date(5), n: 1}
    list.add(value)
    value.n = 2
    expect(resultOf({list: list.snapshot()}).list).toEqual([{at: new Date(5), n: 1}])
  })

  it('begin anew', () => {
    for (const [make, oracle] of KINDS) {
      const one = make()
      one.add(3)
      one.resetLocal()
      expect(one.getLocalValue()).toEqual(oracle([]))
    }
  })

  it('refuse what is no number', () => {
    expect(codeOf(() => new IntCounter().add(1.5))).toBe(
      'FTS_BAD_ACCUMULATION: IntCounter got 1.5, expected a whole number',
    )
    expect(codeOf(() => new DoubleMaximum().add('1' as never))).toBe(
      'FTS_BAD_ACCUMULATION: DoubleMaximum got 1, expected a number',
    )
    expect(codeOf(() => new ListAccumulator().add(() => 1))).toMatch('FTS_NOT_SERIALIZABLE')
  })

  it('of one name and several types have no result, and the summary says so', () => {
    const merged = mergeAccumulators([
      {a: new IntCounter().snapshot(), b: new IntCounter().snapshot()},
      {a: new Histogram().snapshot()},
      {a: new IntCounter().snapshot()},
    ])
    expect(resultOf(merged)).toEqual({a: undefined, b: 0})
    const summary = summarizeJob({status: 'FINISHED', view: wordCountView(), reports: {}, accumulators: merged})
    expect(
      formatReports(summary)
        .split('\n')
        .filter((line) => /^[ab]:/.test(line)),
    ).toEqual(['a: no result, since it is Histogram in one operator and IntCounter in another', 'b: 0'])
  })

  it('are told at the end of the function', () => {
    let context!: RuntimeContext
    const operator = new MapOperator({
      open: (runtime: RuntimeContext) => {
        context = runtime
        runtime.addAccumulator('largest', new IntMaximum())
      },
      map: (n: number) => {
        context.getAccumulator<number, number>('largest')?.add(n)
        context.getLongCounter('seen').add(1)
        context.getHistogram('values').add(n)
        context.getDoubleCounter('half').add(n / 2)
        return n
      },
    })
    const harness = new RecordHarness(operator).open()
    harness.process([4, 7])
    expect(harness.accumulators).toEqual({})
    harness.end()
    expect(resultOf(harness.accumulators)).toEqual({
      largest: 7,
      seen: 2,
      values: new Map([
        [4, 1],
        [7, 1],
      ]),
      half: 5.5,
    })
  })

  it('refuse a name that is taken, and classes that are not Flink’s', () => {
    const fails = (open: (context: RuntimeContext) => void) =>
      codeOf(() => new RecordHarness(new MapOperator({open, map: (n: number) => n})).open())
    expect(
      fails((context) => {
        context.addAccumulator('a', new IntCounter())
        context.addAccumulator('a', new IntCounter())
      }),
    ).toMatch('the accumulator "a" is there already')
    expect(
      fails((context) => {
        context.getIntCounter('a')
        context.getHistogram('a')
      }),
    ).toMatch('the accumulator "a" is a IntCounter, but was also asked for as a Histogram')
    expect(fails((context) => context.addAccumulator('a', {add: () => {}} as never))).toMatch(
      'expected one of AverageAccumulator, Histogram, ListAccumulator, IntCounter',
    )
  })

  it('are not larger than a message may be', () => {
    const list = new ListAccumulator<string>()
    const operator = new MapOperator({
      open: (context: RuntimeContext) => context.addAccumulator('texts', list),
      map: (n: number) => {
        list.add('x'.repeat(1024 * 1024))
        return n
      },
    })
    const harness = new RecordHarness(operator).open()
    harness.process([1, 2, 3, 4])
    expect(codeOf(() => harness.end())).toMatch('FTS_ACCUMULATORS_TOO_LARGE')
  })
})
