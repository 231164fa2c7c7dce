import type {Batch} from '../columns/index.js'
import type {
  AccumulatorSnapshot,
  ControlElement,
  RestoredOperatorState,
  Split,
  StateFileHandle,
  WatermarkReport,
} from '../core/index.js'
import type {IOManager} from '../io/index.js'
import type {MemoryManager} from '../memory/index.js'
import type {TaskMetrics} from '../metrics/index.js'
import type {ProcessingTimeService, StateStorage} from '../state/index.js'
import type {OperatorSnapshot, SnapshotRequest, Snapshotting} from './snapshots.js'
import type {StateGrowth} from './state-growth.js'

/** Where an operator's results go: the next operator of the chain, or a result partition. */
export interface Output {
  /** Takes a batch; it is used up when the call returns. Always accepted: look at `hasRoom` before making more. */
  emit(batch: Batch): void
  /**
   * The same for the consumers of a side output (OutputTag.id); dropped if there are none. Absent: nobody can listen. Control
   * elements go to the consumers of side outputs, too, and `hasRoom` asks them as well.
   */
  emitSide?(outputTag: string, batch: Batch): void
  emitControl(element: ControlElement): void
  /**
   * Whether the way down has room. An operator that has much to say in `drain` or `finish` asks before each batch, and
   * answers false when there is none; it is called again once there is.
   */
  hasRoom(): boolean
  /**
   * Memory of at least `minBytes` where the next operator would like the bytes of the next `BytesBatch` to be, or
   * undefined if it does not matter. Valid until the next call into the chain.
   */
  reserveBytes(minBytes: number): Uint8Array | undefined
  /** Of the next operator, see `Operator.wantedBlockBytes`. */
  readonly wantedBlockBytes?: number | undefined
}

/** What an operator may know and use. */
export interface OperatorContext {
  /** Unique among the slot's operators: the owner of memory and spill files. */
  readonly operatorName: string
  /** The operator's name as the user knows it. Default: `operatorName`. */
  readonly displayName?: string
  readonly operatorId: string
  readonly jobId: string
  readonly subtaskIndex: number
  readonly parallelism: number
  readonly maxParallelism: number
  readonly attempt: number
  /** Number of channels of each input gate. */
  readonly inputChannelCounts: readonly number[]
  readonly metrics: TaskMetrics
  readonly memory: MemoryManager
  readonly io: IOManager
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Processing time and its alarms; a callback only takes note and calls `wake`. What an operator has set it cancels in `close`. */
  readonly processingTime?: ProcessingTimeService
  /** Has the task looked at again: what the operator waited for (a file write, a socket) has happened. */
  wake(): void
  /** Ends the task with an error that happened outside of a call (in a callback of `wake`'s kind). */
  fail(error: unknown): void
  /** Checkpoints are on: what is to be exact after a failure is prepared at a barrier and goes out when the checkpoint is completed. */
  readonly checkpointMode?: 'exactlyOnce' | 'atLeastOnce'
  /**
   * Folder of files that outlive an attempt and are the task's own, where checkpoints are on: prepared output, for example. It exists, may be
   * shared with other tasks of the job, and goes when the job ends.
   */
  readonly ownedFolder?: string
  /** What the operator starts from, known in `open`; absent: from nothing. */
  readonly restored?: RestoredOperatorState
  /** The checkpoint or savepoint that the job goes on from, also where the operator finds no state of its own in it. */
  readonly restoredCheckpointId?: number
  /** The folder of that. */
  readonly restoredFolder?: string
  /** The bytes of a file of restored state, checked against its size and checksum. Errors: `fatal` FTS_STATE_FILE_DAMAGED. */
  readStateFile?(file: StateFileHandle): Uint8Array
  /** Where keyed state is kept; absent: in memory. */
  readonly stateStorage?: StateStorage
  /**
   * Operators in a source's task: how far event time may go in a group of aligned sources; the task asks `pausesInput` again when that has
   * changed. Absent: the operator cannot stop what it reads.
   */
  readonly alignment?: {report(report: WatermarkReport): void; limitMs(group: string): number}
  /** A sentence that the user should read now; the same one is shown once. Absent: nobody listens. */
  notify?(sentence: string): void
  /** A sentence for the end-of-run summary (skipped records, invalid bytes); the same `key` is said once a job. */
  report(key: string, count: number): void
  /** What a function has added to its accumulators, told once, at the end. Absent: nobody asks. */
  accumulated?(name: string, snapshot: AccumulatorSnapshot): void
}

/**
 * One operator of a chain. Synchronous: it takes a batch, works, emits, returns; waiting happens between calls.
 *
 *   open ─▶ processBatch* ─▶ finish (until true) ─▶ close
 *             └ while drain() is false, the task calls drain again (when there is room, or after wake) and gives no input
 *
 * `close` is called exactly once, also after a failure or a cancellation, and releases everything.
 */
export interface Operator extends Snapshotting {
  open(context: OperatorContext, output: Output): void
  /** `inputIndex` tells the gate, `channel` the channel within it (0 inside a chain). */
  processBatch(batch: Batch, inputIndex: number, channel: number): void
  /**
   * False while the operator still has to emit, or waits for `wake`; it gets no input until true. Default: true. Called after `open`,
   * after each input, when there is room again, and after each `wake`, also where nothing was left to do.
   */
  drain?(): boolean
  /**
   * A control element from upstream, never while `drain` is false; the default hands it on. Watermarks and statuses come combined
   * over the channels of an input, so an operator with two inputs combines two.
   */
  processControl?(element: ControlElement, inputIndex: number, channel: number): void
  /** A channel has ended (merging operators). */
  channelFinished?(inputIndex: number, channel: number): void
  /** Input has ended. Emits what is left; false: call again when there is room or after `wake`. */
  finish(): boolean
  /** State that grows as long as input comes. Asked for without opening the operator, for `fts info`. */
  stateGrowth?(): readonly StateGrowth[]
  /** Sinks: how often a record arrives when the job fails and goes on from a checkpoint. Default: at least once. */
  readonly guarantee?: 'exactly once' | 'at least once'
  /** The operator has all it will ever want: what still comes is dropped. A task of which nobody wants more ends its input early. */
  hasEnough?(): boolean
  /** In a source's task: nothing is to be read for now. Barriers and timers go on. */
  pausesInput?(): boolean
  /** For operators that read channels in an order of their own: the channel wanted next, or -1 for any. */
  selectChannel?(): number
  /** Memory for the next `BytesBatch`, see `Output.reserveBytes`. */
  reserveBytes?(minBytes: number): Uint8Array | undefined
  /** About how many bytes at once it works best on; a source that reads blocks asks when it is opened. Absent: it does not matter. */
  readonly wantedBlockBytes?: number | undefined
  /**
   * Called while the chain is built, before `open`: an operator that can do its own work and that of the next in one pass
   * over the bytes answers with the operator that does both. The graph, the names and the ledger stay as they were.
   */
  fuseWith?(next: Operator): Operator | undefined
  /** The same for the next two; asked first. `nextName` is for messages about what the first of them does. */
  fuseWithBoth?(next: Operator, last: Operator, nextName: string): Operator | undefined
  close(): void
}

/**
 * The head of a source chain. `poll` makes about one batch and says what is next:
 *   more   call again     wait   call after `wake` or a split     end   finished
 */
export interface SourceOperator extends Snapshotting {
  open(context: OperatorContext, output: Output): void
  addSplit(split: Split): void
  noMoreSplits(): void
  /** Where it is in its input. Not optional: a source that forgets this loses, at a restart, what it had begun to read. */
  snapshotState(request: SnapshotRequest): OperatorSnapshot
  /** Whether the task should ask the JobMaster for a split now; it asks once at a time, also while `poll` has more. */
  wantsSplit(): boolean
  poll(): 'more' | 'wait' | 'end'
  close(): void
}

export type OperatorInstance =
  | {readonly kind: 'source'; readonly source: SourceOperator}
  | {readonly kind: 'operator'; readonly operator: Operator}

/** Makes an operator from the plain-data config in its spec. Throws `user` errors for a wrong config. */
export type OperatorFactory = (config: unknown) => OperatorInstance

/** Operator factories by the `factory` name of an OperatorSpec. */
export type OperatorRegistry = ReadonlyMap<string, OperatorFactory>
