// Goal: a function's own state goes into checkpoints and comes back, beside that of its operator; listeners hear what became of them.
// Method: the record harness; restored operators get what snapshots gave, and states dealt out by hand.
import {describe, expect, it} from 'vitest'
import type {OperatorId} from '../../../../src/core/index.js'
import {
  BroadcastProcessOperator,
  type CheckpointedFunction,
  type CheckpointListener,
  type FunctionInitializationContext,
  type FunctionSnapshotContext,
  KeyedProcessOperator,
  MapOperator,
  type RuntimeContext,
} from '../../../../src/operators/index.js'
import {
  type ListState,
  ListStateDescriptor,
  MapStateDescriptor,
  ValueStateDescriptor,
} from '../../../../src/state/index.js'
import {RecordHarness} from '../../../support/record-harness.js'
import {StateFiles} from '../../../support/state-files.js'

const SEEN = new ListStateDescriptor<number>('seen')

class Remembers implements CheckpointedFunction, CheckpointListener {
  readonly calls: string[] = []
  seen: number[] = []
  private stored!: ListState<number>

  constructor(private readonly kind: 'list' | 'union' = 'list') {}

  initializeState(context: FunctionInitializationContext): void {
    const store = context.getOperatorStateStore()
    this.stored = this.kind === 'list' ? store.getListState(SEEN) : store.getUnionListState(SEEN)
    this.seen = [...this.stored.get()]
    this.calls.push(`initialize ${context.isRestored()} ${context.getRestoredCheckpointId()}`)
  }

  open(): void {
    this.calls.push('open')
  }

  map(n: number): number {
    this.seen.push(n)
    return this.seen.length
  }

  snapshotState(context: FunctionSnapshotContext): void {
    this.calls.push(`snapshot ${context.getCheckpointId()}`)
    this.stored.update(this.seen)
  }

  notifyCheckpointComplete(checkpointId: number): void {
    this.calls.push(`complete ${checkpointId}`)
  }

  notifyCheckpointAborted(checkpointId: number): void {
    this.calls.push(`aborted ${checkpointId}`)
  }
}

describe('CheckpointedFunction', () => {
  it('is initialized before it is opened, asked at each checkpoint, and goes on from there', () => {
    const first = new Remembers()
    const harness = new RecordHarness(new MapOperator(first), {files: new StateFiles()}).open()
    harness.process([1, 2])
    const restored = harness.snapshot(7)
    harness.operator.checkpointCompleted?.(7)
    harness.operator.checkpointAborted?.(8)
    harness.process([3])
    expect(first.calls).toEqual(['initialize false undefined', 'open', 'snapshot 7', 'complete 7', 'aborted 8'])

    const second = new Remembers()
    const again = new RecordHarness(new MapOperator(second), {restored, restoredCheckpointId: 7}).open()
    expect(second.seen).toEqual([1, 2])
    expect(again.process([9]).values).toEqual([3])
    expect(second.calls).toEqual(['initialize true 7', 'open'])
  })

  it('is restored also where the checkpoint has nothing of it', () => {
    const fresh = new Remembers()
    new RecordHarness(new MapOperator(fresh), {restoredCheckpointId: 3}).open()
    expect(fresh.calls[0]).toBe('initialize true 3')
  })

  it('gets the elements of several subtasks, and says how they are dealt out', () => {
    const parts = [[1], [2, 3]].map((numbers) => {
      const harness = new RecordHarness(new MapOperator(new Remembers('union')), {files: new StateFiles()}).open()
      return harness.process(numbers).snapshot(1)
    })
    const lists = parts.flatMap((part) => part.lists)
    expect(lists.map(({distribution}) => distribution)).toEqual(['union', 'union'])
    const remembers = new Remembers('union')
    const restored = {operatorId: '0'.repeat(32) as OperatorId, keyed: [], lists}
    new RecordHarness(new MapOperator(remembers), {restored}).open()
    expect(remembers.seen).toEqual([1, 2, 3])
  })

  it('has its lists beside the state of a broadcast operator, under the same name', () => {
    const NAME = new MapStateDescriptor<string, number>('seen')
    const make = (remembers: Remembers) =>
      new BroadcastProcessOperator<number, number, number>(
        Object.assign(remembers, {
          processElement: (
            n: number,
            ctx: {getBroadcastState(d: typeof NAME): {get(k: string): number | undefined}},
          ) => {
            remembers.seen.push(n + (ctx.getBroadcastState(NAME).get('a') ?? 0))
          },
          processBroadcastElement: (
            n: number,
            ctx: {getBroadcastState(d: typeof NAME): {put(k: string, v: number): void}},
          ) => ctx.getBroadcastState(NAME).put('a', n),
        }),
      )
    const harness = new RecordHarness(make(new Remembers()), {inputCount: 2, files: new StateFiles()}).open()
    harness.process([100], {input: 1}).process([1])
    const restored = harness.snapshot(1)
    const second = new Remembers()
    const again = new RecordHarness(make(second), {inputCount: 2, restored}).open()
    again.process([2])
    expect(second.seen).toEqual([101, 102])
  })

  it('may bring state of keys up to date in its snapshot', () => {
    const files = new StateFiles()
    const total = new ValueStateDescriptor<number>('total', {defaultValue: 0})
    const make = (answers: number[]) => {
      let state: {value(): number; update(n: number): void}
      return new KeyedProcessOperator<number, number, number>((n) => n % 2, {
        open: (context: RuntimeContext) => {
          state = context.getState(total)
        },
        processElement: (n: number) => {
          answers.push(state.value())
          state.update(n)
        },
        snapshotState: () => answers.push(-1),
      } as never)
    }
    const answers: number[] = []
    const harness = new RecordHarness(make(answers), {files}).open()
    harness.process([1, 2, 3])
    const restored = harness.snapshot(1)
    expect(restored.keyed).toHaveLength(1)
    const again = new RecordHarness(make(answers), {files, restored}).open()
    again.process([5])
    expect(answers).toEqual([0, 0, 1, -1, 3])
  })

  it('is named when it throws', () => {
    const bad = {map: (n: number) => n, snapshotState: () => JSON.parse('{')}
    const harness = new RecordHarness(new MapOperator(bad), {files: new StateFiles()}).open()
    expect(() => harness.snapshot(1)).toThrow(/its snapshotState\(\)/)
  })
})
