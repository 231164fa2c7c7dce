import type {ObjectBatch} from '../../columns/index.js'
import {assert, type ControlElement, FtsError, MIN_TIMESTAMP_MS, type OperatorListState} from '../../core/index.js'
import {decodeValue, encodeValue} from '../../types/index.js'
import type {AsyncFunction, AsyncFunctionObject, AsyncRetryStrategy, ResultFuture} from '../functions/index.js'
import {AsyncEntry} from './async-entry.js'
import type {AsyncQueue, AsyncReady} from './async-queue.js'
import {operatorPlace} from './operator-place.js'
import {OrderedAsyncQueue} from './ordered-async-queue.js'
import {previewRecord} from './preview-record.js'
import {RecordOperator} from './record-operator.js'
import {UnorderedAsyncQueue} from './unordered-async-queue.js'
import {userFunctionError} from './user-function-error.js'

export interface AsyncWaitOptions<IN, OUT> {
  readonly asyncFunction: AsyncFunction<IN, OUT>
  /** `ordered`: results in the order of the records; `unordered`: as they come, but not past a watermark. */
  readonly order: 'ordered' | 'unordered'
  /** Records under way at most; beyond, the operator takes no input. Default: 100, as in Flink. */
  readonly capacity?: number
  /** For a record, over all its attempts. 0: none. */
  readonly timeoutMs: number
  readonly retry?: AsyncRetryStrategy<OUT>
}

const ELEMENTS = 'async-elements'

/** What is in the queue, in a snapshot. */
type StoredElement = {readonly value: unknown; readonly timestampMs: number} | {readonly control: ControlElement}

/**
 * Asynchronous calls, many at a time. What the calls answer is noted when it comes, and emitted in the task's next step.
 *
 *   record ─▶ call ─▶ answer ─ no good, may be tried again ─▶ pause ─▶ call …
 *                        └ results ─▶ queue ─▶ emitted when it is their turn
 *
 * Errors   `fatal` FTS_USER_FUNCTION for an answer that is an error; `restartable` FTS_ASYNC_TIMEOUT for none in time.
 * Source   Flink 2.3 AsyncWaitOperator.
 */
export class AsyncWaitOperator<IN = unknown, OUT = unknown> extends RecordOperator {
  private readonly calls: AsyncFunctionObject<IN, OUT>
  private readonly capacity: number
  private readonly timeoutMs: number
  private readonly retry: AsyncRetryStrategy<OUT> | undefined
  private readonly queue: AsyncQueue
  /** In the order of their deadlines, which is the order in which they came. */
  private readonly deadlines = new Set<AsyncEntry<IN, OUT>>()
  /** Restored, and not called for again yet. */
  private readonly stored: StoredElement[] = []
  private alarm: {cancel(): void} | undefined = undefined
  /** Their call is put off. */
  private readonly pausing = new Set<AsyncEntry<IN, OUT>>()
  private readonly due: AsyncEntry<IN, OUT>[] = []
  private isFinishing = false
  private isClosed = false
  /** An error that came up within a call of the operator is thrown from it. */
  private isCalled = false
  private failure: {readonly error: unknown} | undefined = undefined

  constructor({asyncFunction, order, capacity, timeoutMs, retry}: AsyncWaitOptions<IN, OUT>) {
    super(asyncFunction)
    this.calls = typeof asyncFunction === 'function' ? callsOf(asyncFunction) : asyncFunction
    this.capacity = checkedCapacity(capacity ?? 100)
    this.timeoutMs = timeoutMs
    this.retry = retry
    this.queue = order === 'ordered' ? new OrderedAsyncQueue() : new UnorderedAsyncQueue()
  }

  /** Records that have not left are stored, and called for again after a restore. */
  protected override ownLists(): readonly OperatorListState[] {
    const waiting = [...this.queue.contents().map(storedOf), ...this.stored]
    return [{name: ELEMENTS, distribution: 'split', elements: waiting.map(encodeValue)}]
  }

  protected override opened(): void {
    for (const {name, elements} of this.context.restored?.lists ?? [])
      if (name === ELEMENTS) this.stored.push(...elements.map((element) => decodeValue(element) as StoredElement))
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    let row = 0
    this.called(() => {
      while (row < rowCount && !this.out.isBlocked && this.queue.size < this.capacity) {
        this.row = row
        this.begin(values[row] as IN, timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row])
        row++
        this.emitReady()
      }
    })
    return row
  }

  protected override continueRecord(): boolean {
    this.called(() => {
      this.timeOut()
      for (const entry of this.due.splice(0)) this.call(entry)
      this.emitReady()
      this.beginStored()
    })
    return this.stored.length === 0
  }

  protected override countRows(): void {}

  protected override emitControl(element: ControlElement): void {
    if (this.queue.isEmpty) super.emitControl(element)
    else this.queue.addControl(element)
  }

  protected override finishMore(): boolean {
    this.isFinishing = true
    this.called(() => {
      for (const entry of this.pausing) this.callNow(entry)
      this.emitReady()
    })
    return this.flushed() && this.queue.isEmpty
  }

  protected override closeParts(): void {
    this.isClosed = true
    this.alarm?.cancel()
    for (const {retryAlarm} of this.pausing) retryAlarm?.cancel()
  }

  private beginStored(): void {
    while (this.stored.length > 0 && !this.out.isBlocked && this.queue.size < this.capacity) {
      const element = this.stored.shift()!
      if ('control' in element) this.emitControl(element.control)
      else this.begin(element.value as IN, element.timestampMs)
      this.emitReady()
    }
  }

  private begin(value: IN, timestampMs: number): void {
    const entry = new AsyncEntry<IN, OUT>(
      value,
      timestampMs,
      this.timeoutMs === 0 ? 0 : this.clock.now() + this.timeoutMs,
    )
    this.queue.add(entry)
    if (this.timeoutMs > 0) {
      this.deadlines.add(entry)
      this.setAlarm(entry.deadlineMs)
    }
    this.call(entry)
  }

  private call(entry: AsyncEntry<IN, OUT>): void {
    if (entry.results !== undefined || entry.hasTimedOut) return
    entry.attempts += 1
    const future = this.futureOf(entry)
    try {
      const answer = this.calls.asyncInvoke(entry.value, future)
      if (isPromise(answer))
        answer.then(
          (results) => {
            if (results !== undefined) future.complete(results)
          },
          (error) => future.completeExceptionally(error),
        )
    } catch (error) {
      future.completeExceptionally(error)
    }
  }

  /** The first answer counts, unless the record has been answered for otherwise (by a timeout). */
  private futureOf(entry: AsyncEntry<IN, OUT>): ResultFuture<OUT> {
    let isAnswered = false
    const isFirst = () => {
      if (isAnswered || this.isClosed || entry.results !== undefined) return false
      isAnswered = true
      return true
    }
    return {
      complete: (results) => {
        if (isFirst()) this.answered(entry, () => this.takeResults(entry, results))
      },
      completeExceptionally: (error) => {
        if (isFirst()) this.answered(entry, () => this.takeError(entry, error))
      },
    }
  }

  /** Runs what an answer leads to; what the user's predicates and iterables throw is about the record. */
  private answered(entry: AsyncEntry<IN, OUT>, take: () => void): void {
    try {
      take()
    } catch (error) {
      this.fail(userFunctionError(this.context, `the record ${previewRecord(entry.value)}`, error))
    }
  }

  private takeResults(entry: AsyncEntry<IN, OUT>, given: Iterable<OUT>): void {
    const results = resultsOf(given)
    if (this.mayRetry(entry) && this.retry!.ifResult(results)) this.putOff(entry)
    else this.settleEntry(entry, results)
  }

  private takeError(entry: AsyncEntry<IN, OUT>, error: unknown): void {
    if (this.mayRetry(entry) && this.retry!.ifException(error)) this.putOff(entry)
    else throw error
  }

  private mayRetry({attempts, hasTimedOut}: AsyncEntry<IN, OUT>): boolean {
    return this.retry !== undefined && !this.isFinishing && !hasTimedOut && this.retry.canRetry(attempts)
  }

  private putOff(entry: AsyncEntry<IN, OUT>): void {
    this.pausing.add(entry)
    entry.retryAlarm = this.clock.registerTimer(this.clock.now() + this.retry!.backoffMs(entry.attempts), () => {
      this.pausing.delete(entry)
      this.due.push(entry)
      this.context.wake()
    })
  }

  private callNow(entry: AsyncEntry<IN, OUT>): void {
    entry.retryAlarm?.cancel()
    this.pausing.delete(entry)
    this.call(entry)
  }

  private settleEntry(entry: AsyncEntry<IN, OUT>, results: readonly OUT[]): void {
    entry.results = results
    this.deadlines.delete(entry)
    this.queue.completed(entry as AsyncEntry)
    if (!this.isCalled) this.context.wake()
  }

  private emitReady(): void {
    for (let next = this.queue.peek(); next !== undefined && !this.out.isBlocked; next = this.queue.peek()) {
      if (next.kind === 'entry') this.emitResults(next.entry)
      else {
        this.out.flush()
        if (this.out.isBlocked) return
        super.emitControl(next.element)
      }
      this.queue.leave()
    }
  }

  private emitResults({results, timestampMs}: AsyncEntry): void {
    this.recordsIn += 1
    this.out.timestampMs = timestampMs
    for (const result of results!) this.out.collect(result)
  }

  private timeOut(): void {
    if (this.deadlines.size === 0) return
    const nowMs = this.clock.now()
    for (const entry of this.deadlines) {
      if (entry.deadlineMs > nowMs) {
        this.setAlarm(entry.deadlineMs)
        return
      }
      this.deadlines.delete(entry)
      this.timeOutOne(entry)
    }
  }

  private timeOutOne(entry: AsyncEntry<IN, OUT>): void {
    entry.hasTimedOut = true
    entry.retryAlarm?.cancel()
    this.pausing.delete(entry)
    const future = this.futureOf(entry)
    if (this.calls.timeout === undefined) future.completeExceptionally(this.tooLate(entry))
    else
      this.answered(entry, () => {
        this.calls.timeout?.(entry.value, future)
      })
  }

  /** One alarm, for the earliest deadline. */
  private setAlarm(deadlineMs: number): void {
    this.alarm ??= this.clock.registerTimer(deadlineMs, () => {
      this.alarm = undefined
      this.context.wake()
    })
  }

  /** Runs a part of the operator's work; an answer that fails at once fails the call. */
  private called(work: () => void): void {
    this.isCalled = true
    work()
    this.isCalled = false
    if (this.failure !== undefined) throw this.failure.error
  }

  private fail(error: unknown): void {
    this.failure ??= {error}
    if (!this.isCalled) this.context.fail(error)
  }

  private tooLate({value, attempts}: AsyncEntry<IN, OUT>): FtsError {
    return new FtsError(
      'restartable',
      'FTS_ASYNC_TIMEOUT',
      `${operatorPlace(this.context)}: no answer within ${this.timeoutMs} ms (attempt ${attempts}) for the record ${previewRecord(value)}`,
      {timeoutMs: this.timeoutMs, attempts},
      {
        tryThis:
          'Raise the timeout, or give the function a timeout() method that completes with what should count then.',
      },
    )
  }

  private get clock() {
    const {processingTime} = this.context
    assert(processingTime !== undefined, 'the operator is given processing time', {operator: this.context.operatorName})
    return processingTime
  }
}

function storedOf(ready: AsyncReady): StoredElement {
  if (ready.kind === 'control') return {control: ready.element}
  return {value: ready.entry.value, timestampMs: ready.entry.timestampMs}
}

/** A plain function answers with its one result. */
function callsOf<IN, OUT>(call: (value: IN) => Promise<OUT>): AsyncFunctionObject<IN, OUT> {
  return {asyncInvoke: (value) => call(value).then((result) => [result])}
}

function resultsOf<OUT>(given: Iterable<OUT>): readonly OUT[] {
  if (Array.isArray(given)) return given
  if (typeof given === 'object' && given !== null && typeof given[Symbol.iterator] === 'function') return [...given]
  throw new FtsError(
    'user',
    'FTS_NOT_ITERABLE',
    `an asynchronous function was completed with ${previewRecord(given)}; expected an array or another iterable of results`,
    {},
    {tryThis: 'Complete with [result] for one result, with [] for none.'},
  )
}

function checkedCapacity(capacity: number): number {
  if (Number.isSafeInteger(capacity) && capacity > 0) return capacity
  throw new FtsError(
    'user',
    'FTS_BAD_CAPACITY',
    `the capacity of an asynchronous operator is ${capacity}, expected a whole number of 1 or more`,
  )
}

function isPromise(value: unknown): value is Promise<Iterable<never> | undefined> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}
