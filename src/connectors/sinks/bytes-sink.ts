import type {Batch} from '../../columns/index.js'
import {assert, FtsError} from '../../core/index.js'
import type {Operator, OperatorContext} from '../../operators/index.js'
import type {Timers} from '../../platform/index.js'
import {BufferedWriter} from './buffered-writer.js'
import {openTarget} from './open-target.js'
import {outputError} from './output-error.js'
import type {SinkTarget, SinkTargetSpec} from './sink-target.js'

export interface BytesSinkConfig {
  readonly target: SinkTargetSpec
  /** Text that comes before the first block, with its line end. */
  readonly header: string | undefined
  /** Bytes accepted and not yet written above which the sink takes no more input. */
  readonly pendingBytesMax: number
}

/**
 * `sink.bytes`: writes blocks of bytes, in order, at parallelism 1. It never blocks its thread: a block is copied and written
 * behind, at once when nothing is in flight.
 *
 *   open ─▶ write* ─▶ finish: all written ─▶ complete (file: sync, rename) ─▶ true        close before that: no trace
 *
 * Errors   one sentence with what to do; a reader that has gone is `fatal` `FTS_OUTPUT_CLOSED`, which ends a job quietly.
 */
export class BytesSink implements Operator {
  private context!: OperatorContext
  private target: SinkTarget | undefined
  private writer: BufferedWriter | undefined
  private completion: 'none' | 'running' | 'done' = 'none'
  private isWaiting = false

  constructor(
    private readonly config: BytesSinkConfig,
    private readonly timers: Timers,
  ) {}

  open(context: OperatorContext): void {
    checkParallelism(context)
    this.context = context
    const target = this.openTarget()
    this.target = target
    this.writer = new BufferedWriter(target.channel, {
      pendingBytesMax: this.config.pendingBytesMax,
      gatherBytes: target.gatherBytes,
      progressed: () => this.progressed(),
      failed: (error) => this.fail(target, error),
    })
    if (this.config.header !== undefined) this.write(new TextEncoder().encode(this.config.header))
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'sink.bytes gets bytes', {actual: batch.kind})
    this.write(batch.bytes)
    this.context.metrics.add('sinkRecords', batch.rowCount)
  }

  drain(): boolean {
    return this.waitUnless(this.writer?.hasRoom === true)
  }

  finish(): boolean {
    this.writer?.flush()
    if (this.writer?.isEmpty !== true) return this.waitUnless(false)
    if (this.completion === 'none') this.complete()
    return this.waitUnless(this.isDone())
  }

  close(): void {
    this.writer = undefined
    this.target?.close()
    this.target = undefined
  }

  private write(bytes: Uint8Array): void {
    this.writer?.write(bytes)
    this.context.metrics.add('sinkBytes', bytes.length)
  }

  private complete(): void {
    const {target} = this
    if (target === undefined) return
    this.completion = 'running'
    target.complete((error) => {
      if (error !== undefined) this.fail(target, error)
      this.completion = 'done'
      this.progressed()
    })
  }

  private isDone(): boolean {
    return this.completion === 'done'
  }

  private waitUnless(isReady: boolean): boolean {
    this.isWaiting = !isReady
    return isReady
  }

  /** What a write that was in flight says after `close` interests nobody. */
  private fail(target: SinkTarget, error: Error): void {
    if (this.target !== undefined) this.context.fail(outputError(target.name, error))
  }

  private progressed(): void {
    if (!this.isWaiting || this.target === undefined) return
    this.isWaiting = false
    this.context.wake()
  }

  private openTarget(): SinkTarget {
    const {target} = this.config
    try {
      return openTarget(target, {jobId: this.context.jobId, timers: this.timers})
    } catch (error) {
      throw outputError(
        target.kind === 'file' ? target.path : `standard ${target.kind === 'stdout' ? 'output' : 'error'}`,
        error,
      )
    }
  }
}

function checkParallelism({parallelism, operatorName}: OperatorContext): void {
  if (parallelism === 1) return
  throw new FtsError(
    'user',
    'FTS_SINK_PARALLELISM',
    `operator ${operatorName} has parallelism ${parallelism}, but only one subtask can write one output`,
    {parallelism},
    {tryThis: 'Set its parallelism to 1.'},
  )
}
