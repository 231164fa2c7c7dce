/**
 * Goal: windows that hold only keys and numbers give what the general operator gives, in its order, also where keys or values turn out to be
 * of another kind, where there is no room, and across a savepoint; a key of another subtask is refused.
 * Method: random elements out of order with keys of several kinds, and folds whose values are numbers, or are until something comes; both
 * operators side by side, all that comes out compared whole.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  createWindowOperator,
  SlidingEventTimeWindows,
  TumblingEventTimeWindows,
  type WindowOptions,
} from '../../src/operators/index.js'
import {AlignedWindowOperator} from '../../src/operators/windows/aligned/aligned-window-operator.js'
import {WindowOperator} from '../../src/operators/windows/window-operator.js'
import {planWindow} from '../../src/operators/windows/window-plan.js'
import {propertyOptions} from '../support/property-options.js'
import {RecordHarness} from '../support/record-harness.js'
import {StateFiles} from '../support/state-files.js'

interface Element {
  readonly key: unknown
  readonly n: number
}

type Step =
  | {readonly kind: 'elements'; readonly elements: readonly Element[]; readonly at: number}
  | {readonly kind: 'watermark'; readonly at: number}
  | {readonly kind: 'savepoint'}

const ints = fc.oneof(fc.integer({min: -3, max: 3}), fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 1024, 2048))
const texts = fc.constantFrom('', 'a', 'b', 'ÿ', '水', '\u0000', '\u0000s', 'longer than eight', 'longer than nine!')
const others = fc.constantFrom<unknown>(-0, 0.5, 2 ** 31, null, true, ['a'], 7n)
const keys = fc.constantFrom(ints, texts, fc.oneof(ints, texts), fc.oneof({weight: 20, arbitrary: ints}, others))

const steps = keys.chain((key) =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('elements' as const),
          elements: fc.array(fc.record({key, n: fc.integer({min: 0, max: 40})}), {minLength: 1, maxLength: 12}),
          at: fc.integer({min: 0, max: 80}),
        }),
      },
      {weight: 2, arbitrary: fc.record({kind: fc.constant('watermark' as const), at: fc.integer({min: 0, max: 80})})},
      {weight: 1, arbitrary: fc.constant({kind: 'savepoint' as const})},
    ),
    {maxLength: 30},
  ),
)

// 0 and -0 are one key; which of them it looks like is not said.
const toRecord = (key: unknown, result: unknown, window: {start: number}) => [key === 0 ? 0 : key, result, window.start]
const finish = {kind: 'toRecord', toRecord}
const count = {createAccumulator: () => 0, add: (_: Element, n: number) => n + 1, getResult: (n: number) => n}
const sum = {createAccumulator: () => -0, add: ({n}: Element, total: number) => total + n, getResult: String}
/** A number until it meets a certain element, then a text. */
const turning = {
  createAccumulator: () => 0,
  add: ({n}: Element, total: number | string) =>
    n === 40 ? `${total}!` : typeof total === 'string' ? `${total}.` : total + n,
  getResult: (total: number | string) => total,
}
const aggregates = fc.constantFrom<object>(count, sum, turning)
const assigners = fc.constantFrom<unknown>(
  TumblingEventTimeWindows.of(10),
  TumblingEventTimeWindows.of(7, 3),
  SlidingEventTimeWindows.of(20, 5),
  SlidingEventTimeWindows.of(10, 15),
)

function optionsOf(assigner: unknown, aggregate: object) {
  return {
    keySelector: 'key',
    assigner,
    computation: {kind: 'aggregate', aggregate, finish},
  } as unknown as WindowOptions<Element, unknown, never>
}

function feed(harness: RecordHarness, given: readonly Step[]): void {
  let checkpointId = 0
  for (const step of given) {
    if (step.kind === 'watermark') harness.watermark(step.at)
    else if (step.kind === 'savepoint') harness.snapshot(++checkpointId)
    else harness.process(step.elements, {timestamps: step.elements.map(({n}) => Math.max(0, step.at - (n % 12)))})
  }
}

function sorted(values: readonly unknown[]): readonly string[] {
  return values.map((value) => String(value)).sort()
}

function run(harness: RecordHarness, given: readonly Step[]) {
  harness.open()
  feed(harness, given)
  harness.end()
  return {emissions: harness.emissions, ledger: harness.ledger, reports: harness.reports}
}

describe('windows of numbers', () => {
  it('give what the general operator gives', () => {
    const room = fc.constantFrom(1, 2, Number.POSITIVE_INFINITY)
    const property = fc.property(steps, assigners, aggregates, room, (given, assigner, aggregate, roomPerTurn) => {
      const fast = createWindowOperator(optionsOf(assigner, aggregate))
      expect(fast).toBeInstanceOf(AlignedWindowOperator)
      const general = new WindowOperator(planWindow(optionsOf(assigner, aggregate)))
      const files = new StateFiles()
      expect(run(new RecordHarness(fast, {roomPerTurn, files}), given)).toEqual(
        run(new RecordHarness(general, {roomPerTurn, files: new StateFiles()}), given),
      )
    })
    fc.assert(property, propertyOptions(300))
  })

  it('go on with what the general operator has stored, and it with what they have', () => {
    const cut = fc.tuple(fc.nat({max: 25}), fc.boolean(), fc.constantFrom(0, 15))
    const property = fc.property(
      steps,
      assigners,
      aggregates,
      cut,
      (given, assigner, aggregate, [at, isFastFirst, allowedLateness]) => {
        const options = {...optionsOf(assigner, aggregate), allowedLateness}
        const make = (isFast: boolean) =>
          isFast ? createWindowOperator(options) : new WindowOperator(planWindow(options))
        const files = new StateFiles()
        const first = new RecordHarness(make(isFastFirst), {files}).open()
        feed(first, given.slice(0, at))
        const restored = first.snapshot(99)
        const before = [...first.values]
        first.kill()
        const second = new RecordHarness(make(!isFastFirst), {files, restored}).open()
        feed(second, given.slice(at))
        // What is stored then can be read again, by either.
        const again = second.snapshot(100)
        const after = [...second.values]
        second.kill()
        const third = new RecordHarness(make(isFastFirst), {files, restored: again}).open()
        third.end()
        const all = run(new RecordHarness(make(false), {files: new StateFiles()}), given)
        const expected = all.emissions.flatMap((emission) => ('value' in emission ? [emission.value] : []))
        expect(sorted([...before, ...after, ...third.values])).toEqual(sorted(expected))
      },
    )
    fc.assert(property, propertyOptions(150))
  })

  it('do not go on with values of another form', () => {
    const files = new StateFiles()
    const elements = {kind: 'elements', finish: {kind: 'apply', apply: () => {}}}
    const listing = {...optionsOf(TumblingEventTimeWindows.of(10), count), computation: elements} as never
    const first = new RecordHarness(createWindowOperator(listing), {files}).open()
    first.process([{key: 1, n: 1}], {timestamps: 1})
    const restored = first.snapshot(1)
    first.kill()
    for (const assigner of [TumblingEventTimeWindows.of(10), TumblingEventTimeWindows.of(20)]) {
      const next = new RecordHarness(createWindowOperator(optionsOf(assigner, count)), {files, restored})
      expect(() => next.open()).toThrow('was stored by another kind of window')
    }
  })

  it('hold many keys', () => {
    const elements = Array.from({length: 30_000}, (_, i) => ({key: ((i * 7919) % 9_001) - 4_000, n: i % 40}))
    const given: Step[] = [{kind: 'elements', elements, at: 50}]
    const [fast, general] = [
      createWindowOperator(optionsOf(TumblingEventTimeWindows.of(10), sum)),
      new WindowOperator(planWindow(optionsOf(TumblingEventTimeWindows.of(10), sum))),
    ].map((operator) => run(new RecordHarness(operator, {roomPerTurn: 1}), given))
    expect(fast.emissions.length).toBeGreaterThan(9_000)
    expect(fast).toEqual(general)
  })

  it('refuse a key of another subtask', () => {
    for (const key of [1, 'a']) {
      const refused = [0, 1].filter((subtaskIndex) => {
        const operator = createWindowOperator(optionsOf(TumblingEventTimeWindows.of(10), count))
        const harness = new RecordHarness(operator, {parallelism: 2, subtaskIndex}).open()
        try {
          harness.process([{key, n: 1}], {timestamps: 1})
          return false
        } catch (error) {
          expect(String((error as Error).message)).toContain('key group')
          return true
        }
      })
      expect(refused).toHaveLength(1)
    }
  })
})
