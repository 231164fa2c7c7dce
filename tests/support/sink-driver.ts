import type {Batch} from '../../src/columns/index.js'
import type {CheckpointOptions, OperatorListState} from '../../src/core/index.js'
import {TaskMetrics} from '../../src/metrics/index.js'
import type {Operator, OperatorContext, Output} from '../../src/operators/index.js'

/** Drives a sink as a task does, with a clock that the test moves; its files and sockets are real. */
export class SinkDriver {
  nowMs = 0
  readonly metrics = new TaskMetrics()
  private failure: unknown
  private isWoken = false
  private onWake: (() => void) | undefined

  constructor(
    private readonly sink: Operator,
    private readonly checkpoints: Pick<OperatorContext, 'checkpointMode' | 'restored' | 'ownedFolder'> = {},
  ) {}

  open(): this {
    const context = {
      ...this.checkpoints,
      jobId: '1'.repeat(32),
      operatorName: 'sink under test',
      operatorId: 'sink',
      subtaskIndex: 0,
      parallelism: 1,
      metrics: this.metrics,
      nowMs: () => this.nowMs,
      wake: () => this.wake(),
      fail: (error: unknown) => {
        this.failure ??= error
        this.wake()
      },
    }
    this.sink.open(context as unknown as OperatorContext, undefined as unknown as Output)
    return this
  }

  /** Waits for room, then gives a batch. */
  async give(batch: Batch): Promise<void> {
    await this.until(() => this.sink.drain?.() ?? true)
    this.sink.processBatch(batch, 0, 0)
  }

  records(values: readonly unknown[], timestamps?: readonly number[]): Promise<void> {
    const batch = {kind: 'objects', rowCount: values.length, values} as const
    return this.give(timestamps === undefined ? batch : {...batch, timestamps: Float64Array.from(timestamps)})
  }

  text(text: string): Promise<void> {
    return this.give({kind: 'bytes', bytes: Buffer.from(text), rowCount: text.split('\n').length - 1})
  }

  /** The lists of a snapshot, which the sink takes when it is ready for it. */
  async snapshot(
    checkpointId: number,
    options: Partial<CheckpointOptions> = {},
  ): Promise<readonly OperatorListState[]> {
    await this.until(() => this.sink.drain?.() ?? true)
    // As a task does: whether it drains is asked after each call.
    await this.until(() => {
      const isPrepared = this.sink.prepareSnapshot?.(checkpointId) ?? true
      return (this.sink.drain?.() ?? true) && isPrepared
    })
    return this.sink.snapshotState?.({checkpointId, timestampMs: 0, options: options as CheckpointOptions}).lists ?? []
  }

  completed(checkpointId: number): void {
    this.sink.checkpointCompleted?.(checkpointId)
  }

  aborted(checkpointId: number): void {
    this.sink.checkpointAborted?.(checkpointId)
  }

  /** Waits until the sink has put out what its task would wait for. */
  async committed(): Promise<void> {
    await this.until(() => this.sink.awaitsCheckpoint?.() !== true)
  }

  async finish(): Promise<void> {
    await this.until(() => this.sink.drain?.() ?? true)
    await this.until(() => this.sink.finish())
  }

  /** Calls `step` now and after each wake until it answers true. */
  async until(step: () => boolean): Promise<void> {
    for (;;) {
      this.isWoken = false
      if (this.failure !== undefined) throw this.failure
      const isDone = step()
      if (this.failure !== undefined) throw this.failure
      if (isDone) return
      if (!this.isWoken) {
        await new Promise<void>((resolve) => {
          this.onWake = resolve
        })
      }
    }
  }

  /** Asks the sink to go on with what it has to do. */
  drain(): boolean {
    return this.sink.drain?.() ?? true
  }

  close(): void {
    this.sink.close()
  }

  private wake(): void {
    this.isWoken = true
    this.onWake?.()
    this.onWake = undefined
  }
}
