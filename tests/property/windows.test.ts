// Goal: windows give exactly what Flink's rules give, for any out-of-order stream, any way of cutting it into batches and any output
//       room: tumbling, sliding (also with gaps), sessions with fixed and dynamic gaps, lateness, count windows, processing time;
//       and the fast path gives what the general one gives.
// Method: fast-check; plain oracles that walk through the events with a list of windows. FTS_TEST_SEED replays, FTS_TEST_RUNS multiplies.
import {assert, constantFrom, integer, property, record} from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  countWindow,
  createWindowOperator,
  DynamicEventTimeSessionWindows,
  EventTimeSessionWindows,
  SlidingEventTimeWindows,
  SlidingProcessingTimeWindows,
  type TimeWindow,
  TumblingEventTimeWindows,
  type WindowAssigner,
  type WindowOptions,
} from '../../src/operators/index.js'
import {AlignedWindowOperator} from '../../src/operators/windows/aligned/aligned-window-operator.js'
import {WindowOperator} from '../../src/operators/windows/window-operator.js'
import {planWindow} from '../../src/operators/windows/window-plan.js'
import {propertyOptions} from '../support/property-options.js'
import {RecordHarness} from '../support/record-harness.js'
import {SessionOracle, SlidingOracle, type WindowResult} from '../support/window-oracle.js'
import {
  inOracleWords,
  type KeyedElement,
  LATE,
  lateFirst,
  runSteps,
  runs,
  sorted,
  streams,
  windowResults,
  withSortedValues,
} from '../support/window-runs.js'

const kinds = constantFrom('elements' as const, 'aggregate' as const, 'reduce' as const)
const latenesses = constantFrom(0, 1, 7, 100)
const shapes = record({
  size: integer({min: 1, max: 20}),
  slide: integer({min: 1, max: 25}),
  offset: integer({min: -25, max: 25}),
}).map(({size, slide, offset}) => ({size, slide, offset: offset % slide}))

interface Setting {
  readonly assigner: WindowAssigner<unknown, TimeWindow>
  readonly kind: 'elements' | 'aggregate' | 'reduce'
  readonly latenessMs: number
  readonly tagsLate: boolean
}

function optionsOf({assigner, kind, latenessMs, tagsLate}: Setting) {
  return {
    keySelector: 'key',
    assigner,
    allowedLateness: latenessMs,
    ...(tagsLate ? {lateOutputTag: LATE} : {}),
    computation: windowResults(kind),
  } as unknown as WindowOptions<KeyedElement, string, TimeWindow>
}

function slidingAssigner({size, slide, offset}: {size: number; slide: number; offset: number}) {
  return size === slide ? TumblingEventTimeWindows.of(size, offset) : SlidingEventTimeWindows.of(size, slide, offset)
}

describe('tumbling and sliding windows', () => {
  const cases = record({steps: streams(120), shape: shapes, kind: kinds, latenessMs: latenesses, run: runs})

  it('agree with the oracle', () => {
    assert(
      property(cases, ({steps, shape, kind, latenessMs, run}) => {
        const setting = {assigner: slidingAssigner(shape), kind, latenessMs, tagsLate: true}
        const {emissions, ledger} = runSteps(createWindowOperator(optionsOf(setting)), steps, run)
        const expected = new SlidingOracle(shape, latenessMs).run(steps)
        const arrange = latenessMs === 0 ? lateFirst : sorted
        expect(arrange(inOracleWords(emissions))).toEqual(arrange(expected))
        expect(ledger).toBe(0)
      }),
      propertyOptions(300),
    )
  })

  it('come out of the fast path as they come out of the general one', () => {
    assert(
      property(cases, ({steps, shape, kind, latenessMs, run}) => {
        const incremental = kind === 'elements' ? 'aggregate' : kind
        const setting = {assigner: slidingAssigner(shape), kind: incremental, latenessMs, tagsLate: false} as const
        const fast = createWindowOperator(optionsOf(setting))
        const general = new WindowOperator(planWindow(optionsOf(setting)))
        expect(fast).toBeInstanceOf(AlignedWindowOperator)
        const [ofFast, ofGeneral] = [runSteps(fast, steps, run), runSteps(general, steps, run)]
        // With lateness a cleanup timer of another window may move a key to the front of those that fire at one time.
        const arrange = latenessMs === 0 ? lateFirst : sorted
        expect(arrange(inOracleWords(ofFast.emissions))).toEqual(arrange(inOracleWords(ofGeneral.emissions)))
        expect({...ofFast, emissions: []}).toEqual({...ofGeneral, emissions: []})
      }),
      propertyOptions(300),
    )
  })

  it('count what comes too late', () => {
    assert(
      property(cases, ({steps, shape, kind, latenessMs, run}) => {
        const setting = {assigner: slidingAssigner(shape), kind, latenessMs, tagsLate: false}
        const {reports, ledger} = runSteps(createWindowOperator(optionsOf(setting)), steps, run)
        const late = new SlidingOracle(shape, latenessMs).run(steps).filter((emission) => 'late' in emission).length
        expect(reports).toEqual(late === 0 ? {} : {'late records dropped': late})
        expect(ledger).toBe(0)
      }),
      propertyOptions(100),
    )
  })
})

describe('session windows', () => {
  const cases = record({
    steps: streams(120),
    gap: integer({min: 1, max: 15}),
    isDynamic: constantFrom(true, false),
    kind: kinds,
    latenessMs: latenesses,
    run: runs,
  })

  it('agree with the oracle', () => {
    assert(
      property(cases, ({steps, gap, isDynamic, kind, latenessMs, run}) => {
        const gapOf = (value: number) => (isDynamic ? 1 + (value % gap) : gap)
        const assigner = isDynamic
          ? DynamicEventTimeSessionWindows.withDynamicGap<KeyedElement>(({value}) => gapOf(value))
          : EventTimeSessionWindows.withGap(gap)
        const setting = {assigner: assigner as WindowAssigner<unknown, TimeWindow>, kind, latenessMs, tagsLate: true}
        const {emissions, ledger} = runSteps(createWindowOperator(optionsOf(setting)), steps, run)
        const expected = new SessionOracle(gapOf, latenessMs).run(steps)
        const arrange = (all: Parameters<typeof sorted>[0]) => sorted(withSortedValues(all))
        expect(arrange(inOracleWords(emissions))).toEqual(arrange(expected))
        expect(ledger).toBe(0)
      }),
      propertyOptions(400),
    )
  })
})

describe('count windows', () => {
  it('give the last size elements after every slide of a key', () => {
    const cases = record({
      steps: streams(120),
      size: integer({min: 1, max: 12}),
      slide: integer({min: 0, max: 12}),
      kind: kinds,
      run: runs,
    })
    assert(
      property(cases, ({steps, size, slide, kind, run}) => {
        const options = {
          keySelector: 'key',
          ...countWindow(size, slide === 0 ? undefined : slide),
          computation: windowResults(kind),
        }
        const operator = createWindowOperator(options as unknown as WindowOptions<KeyedElement, string>)
        const {emissions} = runSteps(operator, steps, run)
        const results = emissions.flatMap((emission) => ('value' in emission ? [emission] : []))
        expect(results.map(({value}) => value)).toEqual(
          countedWindows(steps, size, slide).map((result) => ({...result, start: undefined, end: undefined})),
        )
        expect(results.every(({timestampMs}) => timestampMs === 2 ** 63)).toBe(true)
      }),
      propertyOptions(200),
    )
  })

  function countedWindows(steps: Parameters<typeof runSteps>[1], size: number, slide: number) {
    const results: {key: string; values: number[]}[] = []
    const byKey = new Map<string, number[]>()
    for (const step of steps) {
      if (step.kind !== 'element') continue
      const values = byKey.get(step.key) ?? []
      byKey.set(step.key, [...values, step.value])
      const all = byKey.get(step.key) as number[]
      if (all.length % (slide || size) === 0) results.push({key: step.key, values: all.slice(-size)})
    }
    return results
  }
})

describe('windows of processing time', () => {
  it('hold what came while the clock was in them, and end by the clock', () => {
    const cases = record({
      shape: shapes,
      kind: kinds,
      moves: streams(60).map((steps) => steps.map((step) => (step.kind === 'element' ? step.key : undefined))),
      pace: integer({min: 1, max: 6}),
    })
    assert(
      property(cases, ({shape, kind, moves, pace}) => {
        const {size, slide, offset} = shape
        const options = optionsOf({
          assigner: SlidingProcessingTimeWindows.of(size, slide, offset),
          kind,
          latenessMs: 0,
          tagsLate: false,
        })
        const harness = new RecordHarness(createWindowOperator(options), {nowMs: 1000}).open()
        const clock = new ClockOracle(shape)
        moves.forEach((key, i) => {
          const nowMs = 1000 + i * pace
          clock.moveTo(nowMs)
          harness.moveTo(nowMs)
          if (key === undefined) return
          clock.add({key, value: i, nowMs})
          harness.process([{key, value: i}])
        })
        clock.moveTo(2000)
        harness.moveTo(2000)
        expect(harness.values).toEqual(clock.results)
        harness.close()
      }),
      propertyOptions(100),
    )
  })
})

/** Windows that end when the clock of the tests comes to their last millisecond. */
class ClockOracle {
  readonly results: WindowResult[] = []
  private held: {key: string; start: number; end: number; values: number[]}[] = []

  constructor(private readonly shape: {size: number; slide: number; offset: number}) {}

  add({key, value, nowMs}: {key: string; value: number; nowMs: number}): void {
    const {size, slide, offset} = this.shape
    for (let start = nowMs; start > nowMs - size; start--) {
      if (Math.abs((start - offset) % slide) > 0) continue
      let window = this.held.find((one) => one.key === key && one.start === start)
      if (window === undefined) this.held.push((window = {key, start, end: start + size, values: []}))
      window.values.push(value)
    }
  }

  moveTo(nowMs: number): void {
    const due = this.held.filter(({end}) => end - 1 <= nowMs)
    this.results.push(...due.sort((a, b) => a.end - b.end))
    this.held = this.held.filter((window) => !due.includes(window))
  }
}

describe('many keys', () => {
  it('fire in batches while there is room, in the order in which the keys came', () => {
    const keyCount = 5000
    const options = optionsOf({
      assigner: TumblingEventTimeWindows.of(10),
      kind: 'aggregate',
      latenessMs: 0,
      tagsLate: false,
    })
    const harness = new RecordHarness(createWindowOperator(options), {roomPerTurn: 1}).open()
    const rows = Array.from({length: 2 * keyCount}, (_, i) => ({key: `k${i % keyCount}`, value: i}))
    for (let row = 0; row < rows.length; row += 1000) harness.process(rows.slice(row, row + 1000), {timestamps: 5})
    harness.watermark(9)
    expect(harness.batchSizes.every((size) => size <= 2048)).toBe(true)
    expect(harness.batchSizes.length).toBeGreaterThanOrEqual(3)
    expect(harness.waits).toBeGreaterThanOrEqual(2)
    expect(harness.emissions.at(-1)).toEqual({watermark: 9})
    expect(harness.values).toEqual(
      Array.from({length: keyCount}, (_, i) => ({key: `k${i}`, start: 0, end: 10, values: [i, i + keyCount]})),
    )
    expect((harness.operator as AlignedWindowOperator).openWindowCount).toBe(0)
    expect(harness.ledger).toBe(0)
    harness.end()
  })
})
