// Goal: asynchronous calls keep their order or the order of watermarks, their capacity, timeouts and retries, as Flink has them.
// Method: the record harness; each call is answered by hand, time is moved by hand.
import {describe, expect, it} from 'vitest'
import {
  type AsyncFunctionObject,
  AsyncWaitOperator,
  type AsyncWaitOptions,
  exponentialBackoffRetry,
  fixedDelayRetry,
  type ResultFuture,
} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

/** Calls by record, to be answered by the test. */
class Calls implements AsyncFunctionObject<string, string> {
  readonly made: string[] = []
  private readonly pending = new Map<string, ResultFuture<string>>()
  asyncInvoke(value: string, result: ResultFuture<string>): void {
    this.made.push(value)
    this.pending.set(value, result)
  }
  answer(value: string, ...results: string[]): void {
    this.pending.get(value)?.complete(results)
  }
  fail(value: string, error: unknown): void {
    this.pending.get(value)?.completeExceptionally(error)
  }
}

function open(
  calls: AsyncWaitOptions<string, string>['asyncFunction'],
  options: Partial<AsyncWaitOptions<string, string>> = {},
  roomPerTurn?: number,
) {
  const operator = new AsyncWaitOperator({asyncFunction: calls, order: 'ordered', timeoutMs: 0, ...options})
  return new RecordHarness(operator, roomPerTurn === undefined ? {} : {roomPerTurn}).open()
}

describe('AsyncWaitOperator', () => {
  it('ordered: results come in the order of the records, watermarks in between', () => {
    const calls = new Calls()
    const harness = open(calls)
    harness
      .process(['a', 'b'], {timestamps: [1, 2]})
      .watermark(2)
      .process(['c'], {timestamps: 3})
    calls.answer('c', 'C')
    calls.answer('b', 'B', 'B2')
    harness.drain()
    expect(harness.take()).toEqual([])
    calls.answer('a', 'A')
    harness.drain()
    expect(harness.take()).toEqual([
      {value: 'A', timestampMs: 1},
      {value: 'B', timestampMs: 2},
      {value: 'B2', timestampMs: 2},
      {watermark: 2},
      {value: 'C', timestampMs: 3},
    ])
    expect(harness.end()).toEqual([{watermark: 2 ** 63}])
    expect(harness.ledger).toBe(0)
  })

  it('unordered: results come as they are answered, but never past a watermark', () => {
    const calls = new Calls()
    const harness = open(calls, {order: 'unordered'})
    harness.process(['a', 'b', 'c']).watermark(5).watermark(6).process(['d', 'e']).status('idle')
    for (const value of ['d', 'c', 'e']) calls.answer(value, value)
    harness.drain()
    expect(harness.take()).toEqual([{value: 'c'}])
    for (const value of ['b', 'a']) calls.answer(value, value)
    harness.drain()
    expect(harness.take()).toEqual([
      {value: 'b'},
      {value: 'a'},
      {watermark: 5},
      {watermark: 6},
      {value: 'd'},
      {value: 'e'},
      {status: 'idle'},
    ])
    harness.end()
    expect(harness.ledger).toBe(0)
  })

  it('takes no more records than its capacity', () => {
    const calls = new Calls()
    const harness = open(calls, {capacity: 2})
    harness.process(['a', 'b', 'c', 'd'])
    expect(calls.made).toEqual(['a', 'b'])
    expect(() => harness.process(['x'])).toThrow(/takes no input now/)
    calls.answer('b', 'B')
    expect(harness.drain()).toBe(false)
    expect(calls.made).toEqual(['a', 'b'])
    calls.answer('a', 'A')
    expect(harness.drain()).toBe(true)
    expect(harness.values).toEqual(['A', 'B'])
    expect(calls.made).toEqual(['a', 'b', 'c', 'd'])
    calls.answer('c')
    calls.answer('d', 'D')
    expect(harness.drain()).toBe(true)
    harness.end()
    expect(harness.values).toEqual(['A', 'B', 'D'])
    expect(harness.ledger).toBe(0)
  })

  it('takes promises, of one result or of several, and waits for them at the end', async () => {
    const one = open(async (word: string) => `${word}!`, {capacity: 1})
    one.process(['a', 'b', 'c'])
    for (let i = 0; i < 5; i++) await one.settle()
    one.end()
    expect(one.values).toEqual(['a!', 'b!', 'c!'])
    const several = open({asyncInvoke: async (word: string) => word.split('')})
    several.process(['ab', ''])
    expect(several.finish()).toBe(false)
    await several.settle()
    expect(several.finish()).toBe(true)
    several.close()
    expect(several.values).toEqual(['a', 'b'])
  })

  it('keeps within the room', () => {
    const calls = new Calls()
    const harness = open(calls, {order: 'unordered'}, 1)
    const many = Array.from({length: 3000}, (_, i) => String(i))
    harness.process(['a', 'b']).watermark(1)
    calls.answer('a', ...many)
    calls.answer('b', ...many)
    harness.drain()
    expect(harness.values).toEqual([...many, ...many])
    expect(harness.emissions.at(-1)).toEqual({watermark: 1})
    harness.end()
  })

  it('fails with the record and the cause; answers after the first do not count', async () => {
    const calls = new Calls()
    const harness = open(calls, {order: 'unordered'})
    harness.process(['a', 'b'])
    calls.answer('a', 'A')
    calls.answer('a', 'again')
    calls.fail('a', new Error('too late'))
    harness.drain()
    calls.fail('b', new Error('503'))
    expect(() => harness.drain()).toThrow(/Error: 503 for the record "b"/)
    harness.close()
    expect(harness.values).toEqual(['A'])
    const thrown = open({
      asyncInvoke: () => {
        throw new Error('at once')
      },
    })
    expect(() => thrown.process(['x'])).toThrow(/at once for the record "x"/)
    thrown.close()
    const text = open({asyncInvoke: (_value, result) => result.complete('text' as never)})
    expect(() => text.process(['x'])).toThrow(/expected an array or another iterable/)
    text.close()
  })

  it('times out: the job fails, or the function says what counts', () => {
    const calls = new Calls()
    const harness = open(calls, {timeoutMs: 100})
    harness.process(['a']).moveTo(60).process(['b'])
    calls.answer('a', 'A')
    harness.moveTo(159)
    expect(harness.values).toEqual(['A'])
    expect(() => harness.moveTo(160)).toThrow(/no answer within 100 ms \(attempt 1\) for the record "b"/)
    harness.close()
    const patient = Object.assign(new Calls(), {
      timeout: (value: string, result: ResultFuture<string>) => result.complete([`${value} timed out`]),
    })
    const kind = open(patient, {timeoutMs: 100})
    kind.process(['a', 'b']).moveTo(50).process(['c']).moveTo(100)
    patient.answer('a', 'too late')
    expect(kind.values).toEqual(['a timed out', 'b timed out'])
    patient.answer('c', 'C')
    kind.drain()
    kind.end()
    expect(kind.values).toEqual(['a timed out', 'b timed out', 'C'])
  })

  it('tries again after a fixed delay, as often as it may', () => {
    const calls = new Calls()
    const retry = fixedDelayRetry<string>({
      maxAttempts: 2,
      delay: 10,
      ifResult: (results) => results.length === 0,
      ifException: () => true,
    })
    const harness = open(calls, {retry})
    harness.process(['a'])
    calls.fail('a', new Error('busy'))
    harness.moveTo(9)
    expect(calls.made).toEqual(['a'])
    harness.moveTo(10)
    expect(calls.made).toEqual(['a', 'a'])
    calls.answer('a')
    harness.moveTo(20)
    calls.answer('a')
    harness.drain()
    expect(calls.made).toEqual(['a', 'a', 'a'])
    harness.process(['b'])
    for (const time of [30, 40]) {
      calls.fail('b', new Error('busy'))
      harness.moveTo(time)
    }
    calls.fail('b', new Error('still busy'))
    expect(() => harness.drain()).toThrow(/still busy for the record "b"/)
    harness.close()
  })

  it('does not retry what the predicates do not ask for', () => {
    const calls = new Calls()
    const retry = fixedDelayRetry<string>({
      maxAttempts: 5,
      delay: 1,
      ifException: (error) => String(error).includes('503'),
    })
    const harness = open(calls, {retry})
    harness.process(['a', 'b'])
    calls.answer('a')
    calls.fail('b', new Error('404'))
    expect(() => harness.drain()).toThrow(/404/)
    harness.close()
  })

  it('pauses grow, up to the greatest', () => {
    const retry = exponentialBackoffRetry({maxAttempts: 9, initialDelay: 10, maxDelay: '0.1s', multiplier: 2})
    expect([1, 2, 3, 4, 5, 6].map((attempts) => retry.backoffMs(attempts))).toEqual([10, 20, 40, 80, 100, 100])
    expect([9, 10].map((attempts) => retry.canRetry(attempts))).toEqual([true, false])
    expect(() => fixedDelayRetry({maxAttempts: 0, delay: 1})).toThrow(/maxAttempts/)
    expect(() => exponentialBackoffRetry({maxAttempts: 1, initialDelay: 1, maxDelay: 1, multiplier: 0.5})).toThrow(
      /multiplier/,
    )
  })

  it('the timeout covers all attempts; at the end of the input what is put off is tried at once, for the last time', () => {
    const calls = new Calls()
    const retry = fixedDelayRetry<string>({maxAttempts: 100, delay: 60})
    const late = open(calls, {retry, timeoutMs: 100})
    late.process(['a'])
    calls.fail('a', new Error('busy'))
    late.moveTo(60)
    calls.fail('a', new Error('busy'))
    expect(() => late.moveTo(100)).toThrow(/no answer within 100 ms \(attempt 2\)/)
    late.close()
    const last = new Calls()
    const ending = open(last, {retry})
    ending.process(['x'])
    last.fail('x', new Error('busy'))
    expect(ending.finish()).toBe(false)
    expect(last.made).toEqual(['x', 'x'])
    last.answer('x', 'X')
    expect(ending.finish()).toBe(true)
    ending.close()
    expect(ending.emissions).toEqual([{value: 'X'}, {watermark: 2 ** 63}])
  })

  it('refuses a capacity of nothing', () => {
    expect(() => open(new Calls(), {capacity: 0})).toThrow(/capacity/)
  })
})
