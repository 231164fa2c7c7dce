import type {program} from '../api/index.js'
import {FtsError, MAX_TIMESTAMP_MS} from '../core/index.js'
import type {SourceScript} from './source-script.js'

/** What a test lets one or all subtasks of a source say. Units: event time in ms since the epoch. */
export interface SourceInput<T> {
  /** A record, with its event time if it shall have one. */
  emit(value: T, timestampMs?: number): this
  /** Several records; their event times are in a field, or come from a function. */
  emitAll(values: Iterable<T>, timestampOf?: (value: T) => number): this
  watermark(timestampMs: number): this
  /** The input says nothing for a while: others decide about the time. The next record or watermark ends it. */
  idle(): this
  /** The input has ended; without this, `run` ends it. */
  end(): this
}

/**
 * A source whose records, watermarks and silence come from the test. They are taken in their order; how many at once, and in between what,
 * depends on the seed. With several subtasks records are dealt out in turn, and all get the watermarks.
 */
export class TestSource<T> implements SourceInput<T> {
  private nextSubtask = 0
  private readonly inputs: readonly SubtaskInput<T>[]

  /** @internal */
  constructor(
    private readonly scripts: readonly SourceScript[],
    private readonly streamInLoad: () => program.DataStream<T>,
  ) {
    this.inputs = scripts.map((script) => new SubtaskInput(script))
  }

  /** What the pipeline under test is given; only in functions that build it. Errors: `user` FTS_TEST_BUILDS_ELSEWHERE. */
  get stream(): program.DataStream<T> {
    return this.streamInLoad()
  }

  emit(value: T, timestampMs?: number): this {
    this.inputs[this.nextSubtask].emit(value, timestampMs)
    this.nextSubtask = (this.nextSubtask + 1) % this.inputs.length
    return this
  }

  emitAll(values: Iterable<T>, timestampOf?: (value: T) => number): this {
    for (const value of values) this.emit(value, timestampOf?.(value))
    return this
  }

  watermark(timestampMs: number): this {
    for (const input of this.inputs) input.watermark(timestampMs)
    return this
  }

  idle(): this {
    for (const input of this.inputs) input.idle()
    return this
  }

  end(): this {
    for (const script of this.scripts) script.end()
    return this
  }

  /** One of the source's subtasks, from 0. Errors: `user` FTS_TEST_NO_SUBTASK. */
  subtask(index: number): SourceInput<T> {
    const input = this.inputs[index]
    if (input !== undefined) return input
    const {length} = this.inputs
    throw new FtsError(
      'user',
      'FTS_TEST_NO_SUBTASK',
      `the source has the subtasks 0 to ${length - 1}, there is no ${index}`,
      {index},
      {tryThis: 'Give it a parallelism: job.source({parallelism: 2}).'},
    )
  }
}

class SubtaskInput<T> implements SourceInput<T> {
  private isIdle = false

  constructor(private readonly script: SourceScript) {}

  emit(value: T, timestampMs?: number): this {
    checkOpen(this.script)
    this.active()
    this.script.add({kind: 'record', value, timestampMs})
    return this
  }

  emitAll(values: Iterable<T>, timestampOf?: (value: T) => number): this {
    for (const value of values) this.emit(value, timestampOf?.(value))
    return this
  }

  watermark(timestampMs: number): this {
    checkOpen(this.script)
    checkWatermark(timestampMs)
    this.active()
    this.script.add({kind: 'control', element: {kind: 'watermark', timestampMs}})
    return this
  }

  idle(): this {
    checkOpen(this.script)
    if (this.isIdle) return this
    this.isIdle = true
    this.script.add({kind: 'control', element: {kind: 'streamStatus', status: 'idle'}})
    return this
  }

  end(): this {
    this.script.end()
    return this
  }

  private active(): void {
    if (!this.isIdle) return
    this.isIdle = false
    this.script.add({kind: 'control', element: {kind: 'streamStatus', status: 'active'}})
  }
}

function checkOpen(script: SourceScript): void {
  if (!script.hasEnded) return
  throw new FtsError('user', 'FTS_TEST_SOURCE_ENDED', 'the source has ended: it says nothing more')
}

function checkWatermark(timestampMs: number): void {
  if (Number.isFinite(timestampMs) && timestampMs < MAX_TIMESTAMP_MS) return
  throw new FtsError(
    'user',
    'FTS_BAD_TIMESTAMP',
    `a watermark is a number of milliseconds, got ${String(timestampMs)}`,
    {},
    {tryThis: 'The end of the input is the end of time: end(), or run().'},
  )
}
