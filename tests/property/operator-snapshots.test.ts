// Goal: an operator that is killed after a snapshot and started from it, at any parallelism, goes on as if nothing had happened.
// Method: random calls on each operator with state, once undisturbed; once more with snapshots, full and incremental, taken after random
// calls and written while the next go on; then all is killed, and new operators, or several for one, go on from the last snapshot with the
// calls after it once more. What each call gives must be the same, but for its order: keys come back by key group.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {keyGroupForHash, keyGroupRangeOf, type RestoredOperatorState} from '../../src/core/index.js'
import {
  AsyncWaitOperator,
  type BroadcastProcessFunctionLike,
  BroadcastProcessOperator,
  CountTrigger,
  countWindow,
  createCoGroupOperator,
  createRollingAggregate,
  createWindowOperator,
  EventTimeSessionWindows,
  IntervalJoinOperator,
  KeyedAggregateOperator,
  KeyedBroadcastProcessOperator,
  KeyedCoProcessOperator,
  KeyedProcessOperator,
  KeyedReduceOperator,
  type Operator,
  ProcessingTimeSessionWindows,
  type ResultFuture,
  type RuntimeContext,
  SlidingEventTimeWindows,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
} from '../../src/operators/index.js'
import {ListStateDescriptor, MapStateDescriptor, type ValueState, ValueStateDescriptor} from '../../src/state/index.js'
import {hashKey} from '../../src/types/index.js'
import {propertyOptions} from '../support/property-options.js'
import {type Emission, type OperatorSnapshotWriting, RecordHarness} from '../support/record-harness.js'
import {StateFiles} from '../support/state-files.js'

interface Row {
  readonly k: string
  readonly n: number
}

type Call =
  | {readonly kind: 'rows'; readonly rows: readonly Row[]; readonly at: number; readonly input: number}
  | {readonly kind: 'watermark'; readonly at: number; readonly input: number}
  | {readonly kind: 'time'; readonly passMs: number}

/** After a call a snapshot is taken, or all is killed and goes on from the last snapshot, with the calls after it once more. */
interface Cut {
  readonly afterCall: number
  readonly action: 'take' | 'kill'
  readonly parallelism: number
  readonly isIncremental: boolean
}

/** One or several subtasks of an operator. */
class Subtasks {
  constructor(
    readonly harnesses: readonly RecordHarness[],
    private readonly isBroadcast: boolean,
    private readonly toRecord: (row: Row) => unknown,
    private readonly keyOf: (row: Row) => unknown,
  ) {}

  call(call: Call, nowMs: number): Emission[] {
    this.harnesses.forEach((harness, index) => {
      if (call.kind === 'time') harness.moveTo(nowMs)
      else if (call.kind === 'watermark') harness.watermark(call.at, call.input)
      else this.process(harness, index, call)
    })
    return this.harnesses.flatMap((harness) => [...harness.take()])
  }

  private process(harness: RecordHarness, index: number, {rows, at, input}: Call & {readonly kind: 'rows'}): void {
    const {length} = this.harnesses
    const {keyGroupStart, keyGroupEndInclusive} = keyGroupRangeOf(index, length, 128)
    const isHere = (row: Row) => {
      const keyGroup = keyGroupForHash(hashKey(this.keyOf(row)), 128)
      return (this.isBroadcast && input === 1) || (keyGroup >= keyGroupStart && keyGroup <= keyGroupEndInclusive)
    }
    const here = rows.filter(isHere).map(this.toRecord)
    if (here.length > 0) harness.process(here, {input, timestamps: at})
  }
}

interface Subject {
  readonly make: () => Operator
  readonly inputCount?: number
  readonly isBroadcast?: boolean
  /** What the operator gets for a row; default: a copy. */
  readonly toRecord?: (row: Row) => unknown
  /** Default: k. */
  readonly keyOf?: (row: Row) => unknown
}

function run(
  {make, inputCount = 1, isBroadcast = false, toRecord = (row) => ({...row}), keyOf = ({k}) => k}: Subject,
  calls: readonly Call[],
  cuts: readonly Cut[],
): string[][] {
  const files = new StateFiles()
  const start = (parallelism: number, nowMs: number, restored?: RestoredOperatorState) =>
    new Subtasks(
      Array.from({length: parallelism}, (_, subtaskIndex) =>
        new RecordHarness(make(), {
          subtaskIndex,
          parallelism,
          inputCount,
          files,
          nowMs,
          ...(restored === undefined ? {} : {restored}),
        }).open(),
      ),
      isBroadcast,
      toRecord,
      keyOf,
    )
  const given: string[][] = []
  const times: number[] = []
  let subtasks = start(1, 0)
  let taken: Taken | undefined
  let left = [...cuts]
  for (let index = 0; index < calls.length; index++) {
    const call = calls[index]
    times[index] = (times[index - 1] ?? 0) + (call.kind === 'time' ? call.passMs : 0)
    given[index] = valuesOf(subtasks.call(call, times[index]))
    for (const one of taken?.writing ?? []) one.step()
    const due = left.find(({afterCall}) => afterCall === index)
    left = left.filter((cut) => cut !== due)
    if (due === undefined) continue
    if (due.action === 'take' || taken === undefined) {
      if (taken !== undefined) complete(subtasks, taken)
      const checkpointId = cuts.indexOf(due)
      const writing = subtasks.harnesses.map((harness) => harness.beginSnapshot(checkpointId, due.isIncremental))
      taken = {checkpointId, index, writing}
    } else {
      const snapshots = taken.writing.map((one) => one.finish())
      for (const harness of subtasks.harnesses) harness.kill()
      index = taken.index
      subtasks = start(due.parallelism, times[index], dealtOut(snapshots))
      taken = undefined
    }
  }
  const atEnd = subtasks.harnesses.flatMap((harness) => [...harness.end()])
  return [...given, valuesOf(atEnd)]
}

interface Taken {
  readonly checkpointId: number
  /** The call after which it was taken. */
  readonly index: number
  readonly writing: readonly OperatorSnapshotWriting[]
}

function complete(subtasks: Subtasks, {checkpointId, writing}: Taken): void {
  subtasks.harnesses.forEach((harness, i) => {
    writing[i].finish()
    harness.operator.checkpointCompleted?.(checkpointId)
  })
}

/** All to all: an operator takes what is its. Broadcast maps are the same in all. */
function dealtOut(snapshots: readonly RestoredOperatorState[]): RestoredOperatorState {
  const [{operatorId, lists}] = snapshots
  return {operatorId, keyed: snapshots.flatMap(({keyed}) => keyed), lists}
}

function valuesOf(emissions: readonly Emission[]): string[] {
  return emissions
    .filter((emission) => 'value' in emission)
    .map((emission) => JSON.stringify(emission))
    .sort()
}

const row = fc.record({k: fc.constantFrom('a', 'b', 'c', 'dd', 'eee', 'é'), n: fc.integer({min: 0, max: 9})})
const at = fc.integer({min: 0, max: 60})
const input = fc.nat({max: 1})
const calls: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('rows' as const),
        rows: fc.array(row, {minLength: 1, maxLength: 6}),
        at,
        input,
      }),
    },
    {weight: 2, arbitrary: fc.record({kind: fc.constant('watermark' as const), at, input})},
    {weight: 1, arbitrary: fc.record({kind: fc.constant('time' as const), passMs: fc.integer({min: 1, max: 15})})},
  ),
  {minLength: 10, maxLength: 40, size: 'max'},
)
const cuts = fc.array(
  fc.record({
    afterCall: fc.nat({max: 39}),
    action: fc.constantFrom('take' as const, 'kill' as const),
    parallelism: fc.constantFrom(1, 1, 2, 3),
    isIncremental: fc.boolean(),
  }),
  {minLength: 2, maxLength: 8},
)

const sum = {
  createAccumulator: () => ({sum: 0, count: 0}),
  add: ({n}: Row, acc: {sum: number; count: number}) => {
    acc.sum += n
    acc.count += 1
    return acc
  },
  getResult: ({sum, count}: {sum: number; count: number}) => ({sum, count}),
  merge: (a: {sum: number; count: number}, b: {sum: number; count: number}) => ({
    sum: a.sum + b.sum,
    count: a.count + b.count,
  }),
}
const resultRecord = (key: unknown, result: {sum: number; count: number}, window?: unknown) => ({
  key,
  ...result,
  window,
})
const addUp = (a: Row, b: Row): Row => Object.assign(a, {n: a.n + b.n})
const collectAll = (key: string, _window: unknown, elements: readonly Row[], out: {collect(value: unknown): void}) =>
  out.collect({key, ns: elements.map(({n}) => n)})

class Process {
  private seen!: ValueState<number, number>
  open(context: RuntimeContext): void {
    this.seen = context.getState(new ValueStateDescriptor('seen', {defaultValue: 0}))
  }
  processElement(
    {k, n}: Row,
    ctx: {timerService(): {registerEventTimeTimer(at: number): void; registerProcessingTimeTimer(at: number): void}},
    out: {collect(value: unknown): void},
  ): void {
    this.seen.update(this.seen.value() + n)
    ctx.timerService().registerEventTimeTimer(n * 5)
    ctx.timerService().registerProcessingTimeTimer(n * 7 + 1)
    out.collect(`${k} ${this.seen.value()}`)
  }
  onTimer(
    timestampMs: number,
    ctx: {getCurrentKey(): string; timeDomain(): string},
    out: {collect(value: unknown): void},
  ): void {
    out.collect(`${ctx.getCurrentKey()}@${timestampMs} ${this.seen.value()}`)
  }
}

const RULES = new MapStateDescriptor<string, number>('rules')
const keyedBroadcast = {
  processElement: (
    {k, n}: Row,
    ctx: {getBroadcastState(d: typeof RULES): {get(k: string): number | undefined}},
    out: {collect(value: unknown): void},
  ) => out.collect(`${k} ${n} ${ctx.getBroadcastState(RULES).get('a') ?? 0}`),
  processBroadcastElement: (
    {k, n}: Row,
    ctx: {getBroadcastState(d: typeof RULES): {put(k: string, n: number): void}},
  ) => ctx.getBroadcastState(RULES).put(k, n),
}

const keySelector = 'k'
const aggregated = {kind: 'aggregate', aggregate: sum, finish: {kind: 'toRecord', toRecord: resultRecord}} as const
const counted = {
  kind: 'aggregate',
  aggregate: {createAccumulator: () => 0, add: ({n}: Row, sum: number) => sum + n, getResult: (sum: number) => sum},
  finish: {kind: 'toRecord', toRecord: (key: unknown, result: unknown, span: unknown) => ({key, result, span})},
} as const
/** A number until it meets a 9. */
const turning = {
  ...counted,
  aggregate: {
    ...counted.aggregate,
    add: ({n}: Row, sum: number | string) => (n === 9 || typeof sum === 'string' ? `${sum}+${n}` : sum + n),
  },
} as const
const codeOf = ({k}: Row) => k.charCodeAt(0) * 2 ** 20 + k.length
const textOrCodeOf = (row: Row) => (row.k.length === 1 ? codeOf(row) : row.k)
const elements = {kind: 'elements', finish: {kind: 'apply', apply: collectAll}} as const
const window = (options: object): Subject => ({make: () => createWindowOperator({keySelector, ...options} as never)})

const SUBJECTS: Readonly<Record<string, Subject>> = {
  'process with state and timers': {make: () => new KeyedProcessOperator(keySelector, new Process() as never)},
  'rolling sum': {make: () => createRollingAggregate<Row>({keySelector, kind: 'sum', field: 'n'})},
  'final sum of pairs': {
    make: () => createRollingAggregate<readonly unknown[]>({keySelector: 0, kind: 'sum', field: 1, emit: 'final'}),
    toRecord: ({k, n}) => [k, n],
  },
  'final sum of pairs, some with a note': {
    make: () => createRollingAggregate<readonly unknown[]>({keySelector: 0, kind: 'sum', field: 1, emit: 'final'}),
    toRecord: ({k, n}) => (n === 9 ? [k, n, n] : [k, n]),
  },
  'final reduce': {make: () => new KeyedReduceOperator<Row>({keySelector, reduce: addUp, emit: 'final'})},
  aggregate: {make: () => new KeyedAggregateOperator({keySelector, aggregate: sum} as never)},
  'tumbling aggregate (aligned)': window({assigner: TumblingEventTimeWindows.of(10), computation: aggregated}),
  'sliding aggregate, lateness (aligned)': window({
    assigner: SlidingEventTimeWindows.of(20, 5),
    allowedLateness: 10,
    computation: aggregated,
  }),
  'tumbling count of texts (numbers)': window({assigner: TumblingEventTimeWindows.of(10), computation: counted}),
  'sliding count of integers (numbers)': {
    ...window({assigner: SlidingEventTimeWindows.of(20, 5), computation: counted, keySelector: codeOf}),
    keyOf: codeOf,
  },
  'tumbling count of texts and integers (numbers)': {
    ...window({assigner: TumblingEventTimeWindows.of(30), computation: counted, keySelector: textOrCodeOf}),
    keyOf: textOrCodeOf,
  },
  'numbers that become texts': window({assigner: SlidingEventTimeWindows.of(20, 10), computation: turning}),
  'sliding elements': window({assigner: SlidingEventTimeWindows.of(20, 10), allowedLateness: 5, computation: elements}),
  sessions: window({assigner: EventTimeSessionWindows.withGap(4), computation: aggregated}),
  'sessions of elements, lateness': window({
    assigner: EventTimeSessionWindows.withGap(6),
    allowedLateness: 8,
    computation: elements,
  }),
  'processing time': window({assigner: TumblingProcessingTimeWindows.of(10), computation: aggregated}),
  'processing-time sessions': window({assigner: ProcessingTimeSessionWindows.withGap(9), computation: elements}),
  'count trigger': window({
    assigner: TumblingEventTimeWindows.of(30),
    trigger: CountTrigger.of(3),
    computation: aggregated,
  }),
  'count window with evictor': window({...countWindow(4, 2), computation: elements}),
  coGroup: {
    inputCount: 2,
    make: () =>
      createCoGroupOperator<Row, Row, string, never, unknown>({
        firstKeySelector: keySelector,
        secondKeySelector: keySelector,
        assigner: TumblingEventTimeWindows.of(15) as never,
        coGroup: (first, second, out) => out.collect([first.map(({n}) => n), second.map(({n}) => n)]),
      }),
  },
  'interval join': {
    inputCount: 2,
    make: () =>
      new IntervalJoinOperator<Row, Row, unknown, unknown>({
        leftKeySelector: keySelector,
        rightKeySelector: keySelector,
        lowerBound: -5,
        upperBound: 8,
        process: (left, right, _ctx, out) => out.collect([left.k, left.n, right.n]),
      }),
  },
  'co-process': {
    inputCount: 2,
    make: () => {
      let list: {add(text: string): void; get(): readonly string[]}
      const process =
        (input: number) =>
        ({n}: Row, _ctx: unknown, out: {collect(value: unknown): void}) => {
          list.add(`${input}:${n}`)
          out.collect(list.get().join(' '))
        }
      return new KeyedCoProcessOperator<string, Row, Row, unknown>([keySelector, keySelector], {
        open: (context: RuntimeContext) => {
          list = context.getListState(new ListStateDescriptor<string>('list'))
        },
        processElement1: process(1),
        processElement2: process(2),
      })
    },
  },
  'keyed broadcast': {
    inputCount: 2,
    isBroadcast: true,
    make: () => new KeyedBroadcastProcessOperator(keySelector, keyedBroadcast as never),
  },
  broadcast: {
    inputCount: 2,
    isBroadcast: true,
    make: () =>
      new BroadcastProcessOperator(keyedBroadcast as unknown as BroadcastProcessFunctionLike<Row, Row, unknown>),
  },
}

describe('an operator restored from a snapshot goes on as before', () => {
  it.each(Object.keys(SUBJECTS))('%s', (name) => {
    const property = fc.property(calls, cuts, (given, at) => {
      const subject = SUBJECTS[name]
      const all = given.map((call) =>
        call.kind === 'time' || call.input < (subject.inputCount ?? 1) ? call : {...call, input: 0},
      )
      expect(run(subject, all, at)).toEqual(run(subject, all, []))
    })
    fc.assert(property, propertyOptions(40))
  })

  it('asynchronous calls that were under way are made again', () => {
    const property = fc.property(
      fc.array(fc.nat({max: 9}), {maxLength: 20}),
      fc.nat({max: 20}),
      fc.constantFrom('ordered', 'unordered'),
      (values, answeredCount, order) => {
        const files = new StateFiles()
        const start = (restored?: RestoredOperatorState) => {
          const open: {value: number; result: ResultFuture<number>}[] = []
          const asyncInvoke = (value: number, result: ResultFuture<number>) => void open.push({value, result})
          const operator = new AsyncWaitOperator({asyncFunction: {asyncInvoke}, order, timeoutMs: 0, capacity: 100})
          const harness = new RecordHarness(operator, {files, ...(restored === undefined ? {} : {restored})}).open()
          harness.drain()
          return {open, harness}
        }
        const answer = ({value, result}: {value: number; result: ResultFuture<number>}) => result.complete([value * 10])
        const before = start()
        values.forEach((value, i) => {
          before.harness.process([value])
          if (i % 5 === 4) before.harness.watermark(i)
        })
        before.open.slice(0, answeredCount).forEach(answer)
        before.harness.drain()
        const restored = before.harness.snapshot(1)
        const given = [...before.harness.values]
        before.harness.kill()
        const after = start(restored)
        after.open.forEach(answer)
        after.harness.drain()
        after.harness.end()
        expect([...given, ...after.harness.values]).toEqual(values.map((value) => value * 10))
      },
    )
    fc.assert(property, propertyOptions(60))
  })
})
