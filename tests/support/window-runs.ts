import {array, constantFrom, integer, oneof, record} from 'fast-check'
import type {Operator, OutputTag, TimeWindow, WindowComputation, WindowContext} from '../../src/operators/index.js'
import {type Emission, RecordHarness} from './record-harness.js'
import type {OracleEmission, StreamStep, WindowResult} from './window-oracle.js'

export interface KeyedElement {
  readonly key: string
  readonly value: number
}

/** Elements of few keys around a slowly rising time, some far behind, with watermarks that sometimes jump. */
export function streams(maxLength: number) {
  const element = record({
    kind: constantFrom('element' as const),
    key: constantFrom('a', 'b', 'c', ''),
    lag: oneof(integer({min: 0, max: 8}), integer({min: 0, max: 60})),
  })
  const watermark = record({kind: constantFrom('watermark' as const), lag: integer({min: -15, max: 30})})
  const steps = array(oneof({weight: 5, arbitrary: element}, {weight: 1, arbitrary: watermark}), {maxLength})
  return record({steps, startMs: constantFrom(-40, 0, 1_700_000_000_000), pace: integer({min: 0, max: 4})}).map(
    ({steps: raw, startMs, pace}): StreamStep[] =>
      raw.map((step, i) => {
        const timestampMs = startMs + i * pace - step.lag
        return step.kind === 'watermark'
          ? {kind: 'watermark', timestampMs}
          : {kind: 'element', key: step.key, value: i, timestampMs}
      }),
  )
}

/** How the steps are cut into batches, and how much room the output has in each turn. */
export const runs = record({
  batchRows: integer({min: 1, max: 30}),
  roomPerTurn: constantFrom(1, 2, Number.POSITIVE_INFINITY),
})

export interface Run {
  readonly batchRows: number
  readonly roomPerTurn: number
}

export interface RunResult {
  readonly emissions: readonly Emission[]
  readonly reports: Readonly<Record<string, number>>
  readonly ledger: number
}

/** Gives the steps to an operator, with the watermark at the end of a bounded input. */
export function runSteps(operator: Operator, steps: readonly StreamStep[], {batchRows, roomPerTurn}: Run): RunResult {
  const harness = new RecordHarness(operator, {roomPerTurn}).open()
  let gathered: Extract<StreamStep, {kind: 'element'}>[] = []
  const hand = () => {
    if (gathered.length > 0)
      harness.process(
        gathered.map(({key, value}): KeyedElement => ({key, value})),
        {timestamps: gathered.map(({timestampMs}) => timestampMs)},
      )
    gathered = []
  }
  for (const step of steps) {
    if (step.kind === 'element') gathered.push(step)
    if (step.kind === 'watermark' || gathered.length >= batchRows) hand()
    if (step.kind === 'watermark') harness.watermark(step.timestampMs)
  }
  hand()
  const emissions = harness.end()
  return {emissions, reports: harness.reports, ledger: harness.ledger}
}

/** A computation that gives each window as a WindowResult, element by element or at the end. */
export function windowResults(
  kind: 'elements' | 'aggregate' | 'reduce',
): WindowComputation<KeyedElement, never, WindowResult, string, TimeWindow> {
  const toResult = (key: string, {start, end}: TimeWindow, values: readonly number[]): WindowResult => ({
    key,
    start,
    end,
    values,
  })
  if (kind === 'elements') {
    const process = (
      key: string,
      ctx: WindowContext<TimeWindow>,
      elements: readonly KeyedElement[],
      out: {collect(value: WindowResult): void},
    ) =>
      out.collect(
        toResult(
          key,
          ctx.window(),
          elements.map(({value}) => value),
        ),
      )
    return {kind: 'elements', finish: {kind: 'process', process}}
  }
  if (kind === 'aggregate') {
    const aggregate = {
      createAccumulator: (): number[] => [],
      // Changes the accumulator, as it may.
      add: ({value}: KeyedElement, values: number[]) => {
        values.push(value)
        return values
      },
      getResult: (values: number[]) => [...values],
      merge: (a: number[], b: number[]) => [...a, ...b],
    }
    const toRecord = (key: string, values: number[], window: TimeWindow) => toResult(key, window, values)
    return {kind: 'aggregate', aggregate, finish: {kind: 'toRecord', toRecord}} as never
  }
  // Sessions that merge are reduced, too: both sides may stand for many elements.
  const valuesOf = ({all, value}: KeyedElement & {all?: number[]}) => all ?? [value]
  const reduce = (a: KeyedElement & {all?: number[]}, b: KeyedElement & {all?: number[]}) => ({
    ...a,
    all: [...valuesOf(a), ...valuesOf(b)],
  })
  const apply = (
    key: string,
    window: TimeWindow,
    [one]: readonly (KeyedElement & {all?: number[]})[],
    out: {collect(value: WindowResult): void},
  ) => out.collect(toResult(key, window, one.all ?? [one.value]))
  return {kind: 'reduce', reduce, finish: {kind: 'apply', apply}} as never
}

export const LATE = {id: 'late'} as OutputTag<KeyedElement>

/** What came out, in the oracle's words. Late records are flushed apart from results, so they come first between two watermarks. */
export function inOracleWords(emissions: readonly Emission[]): OracleEmission[] {
  return emissions.map((emission): OracleEmission => {
    if ('watermark' in emission) return {watermark: emission.watermark}
    if (!('value' in emission)) throw new Error('a control element that was not given')
    const timestampMs = emission.timestampMs as number
    if (emission.side !== undefined) return {late: (emission.value as KeyedElement).value, timestampMs}
    const result = emission.value as WindowResult
    if (timestampMs !== result.end - 1)
      throw new Error(`a result of [${result.start}, ${result.end}) at ${timestampMs}`)
    return {result}
  })
}

/** Late elements first between two watermarks: the side output and the main output are two streams. */
export function lateFirst(emissions: readonly OracleEmission[]): OracleEmission[] {
  return betweenWatermarks(emissions, (group) => [
    ...group.filter((emission) => 'late' in emission),
    ...group.filter((emission) => !('late' in emission)),
  ])
}

/** Results between two watermarks by end, key and number of values: where the order of keys is not fixed. */
export function sorted(emissions: readonly OracleEmission[]): OracleEmission[] {
  return betweenWatermarks(emissions, (group) => [...group].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)))
}

/** The values of each result in order: sessions that merge put theirs together in no order that anyone relies on. */
export function withSortedValues(emissions: readonly OracleEmission[]): OracleEmission[] {
  return emissions.map((emission) =>
    'result' in emission
      ? {result: {...emission.result, values: [...emission.result.values].sort((a, b) => a - b)}}
      : emission,
  )
}

function nameOf(emission: OracleEmission): string {
  if ('late' in emission) return `0 ${emission.late}`
  if (!('result' in emission)) return '2'
  const {end, start, key, values} = emission.result
  return `1 ${String(end).padStart(20)} ${key} ${start} ${String(values.length).padStart(6)}`
}

function betweenWatermarks(
  emissions: readonly OracleEmission[],
  arrange: (group: readonly OracleEmission[]) => readonly OracleEmission[],
): OracleEmission[] {
  const arranged: OracleEmission[] = []
  let group: OracleEmission[] = []
  for (const emission of emissions) {
    if (!('watermark' in emission)) {
      group.push(emission)
      continue
    }
    arranged.push(...arrange(group), emission)
    group = []
  }
  return [...arranged, ...arrange(group)]
}
