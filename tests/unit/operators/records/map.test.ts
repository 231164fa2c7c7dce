// Goal: map gives one result for each record, keeps timestamps, opens and closes its function, and names what failed.
// Method: the record harness.
import {describe, expect, it} from 'vitest'
import {FtsError} from '../../../../src/core/index.js'
import {AbstractRichFunction, type Counter, MapOperator, type RuntimeContext} from '../../../../src/operators/index.js'
import {ValueStateDescriptor} from '../../../../src/state/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const failureOf = (run: () => unknown): FtsError => {
  try {
    run()
  } catch (error) {
    if (error instanceof FtsError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('MapOperator', () => {
  it('maps each record and keeps its timestamp', () => {
    const harness = new RecordHarness(new MapOperator((n: number) => n * 2)).open()
    harness
      .process([1, 2], {timestamps: [10, 20]})
      .process([3])
      .watermark(15)
    expect(harness.end()).toEqual([
      {value: 2, timestampMs: 10},
      {value: 4, timestampMs: 20},
      {value: 6},
      {watermark: 15},
      {watermark: 2 ** 63},
    ])
    expect(harness.ledger).toBe(0)
  })

  it('opens and closes a rich function, and says its counters', () => {
    const calls: string[] = []
    class Scale extends AbstractRichFunction {
      private seen!: Counter
      override open(context: RuntimeContext): void {
        calls.push(`open ${context.taskInfo.name} ${context.taskInfo.index}/${context.taskInfo.parallelism}`)
        this.seen = this.getRuntimeContext().counter('seen')
      }
      map(n: number): number {
        this.seen.inc()
        return n + 1
      }
      override close(): void {
        calls.push('close')
      }
    }
    const harness = new RecordHarness(new MapOperator(new Scale()), {parallelism: 3, subtaskIndex: 1}).open()
    harness.process([1, 2])
    harness.end()
    expect(harness.values).toEqual([2, 3])
    expect(calls).toEqual(['open operator under test 1/3', 'close'])
    expect(harness.reports).toEqual({seen: 2})
  })

  it('takes no record before a promise of open is fulfilled', async () => {
    let isOpen = false
    const open = async () => {
      await Promise.resolve()
      isOpen = true
    }
    const harness = new RecordHarness(new MapOperator({open, map: () => isOpen})).open()
    expect(harness.drain()).toBe(false)
    await harness.settle()
    expect(harness.process([1]).values).toEqual([true])
    harness.end()
  })

  it('fails when the promise of open is rejected', async () => {
    const open = () => Promise.reject(new Error('no such database'))
    const harness = new RecordHarness(new MapOperator({open, map: () => 1})).open()
    await expect(harness.settle()).rejects.toThrow(/its open\(\)/)
    harness.close()
  })

  it('names operator, subtask and record when the function throws, and keeps the cause', () => {
    const cause = new TypeError('x is undefined')
    const map = (order: {id: number}) => {
      if (order.id === 7) throw cause
      return order
    }
    const harness = new RecordHarness(new MapOperator(map), {parallelism: 4, subtaskIndex: 1}).open()
    const error = failureOf(() => harness.process([{id: 1}, {id: 7, note: 'n'.repeat(1000)}]))
    expect(error).toMatchObject({kind: 'fatal', code: 'FTS_USER_FUNCTION', cause})
    expect(error.message).toContain(
      'operator "operator under test" (subtask 2 of 4): the function threw TypeError: x is undefined for the record {"id":7,"note":"nnn',
    )
    expect(error.message.length).toBeLessThan(400)
    expect(error.toData().cause?.stack).toContain('map.test.ts')
    harness.close()
  })

  it('refuses an async function, and keyed state without keys', () => {
    expect(() => new MapOperator(async (n: number) => n)).toThrow(/FTS_ASYNC|async/)
    const open = (context: RuntimeContext) => void context.getState(new ValueStateDescriptor('count'))
    const harness = new RecordHarness(new MapOperator({open, map: (n: number) => n}))
    expect(failureOf(() => harness.open())).toMatchObject({kind: 'user', code: 'FTS_NOT_KEYED'})
    harness.close()
  })
})
