import type {Batch} from '../columns/index.js'
import type {CheckpointBarrier, ControlElement, RestoredChannel, StateFileHandle} from '../core/index.js'
import type {InputGateDeployment, PartitionerSpec, ResultPartitionDeployment} from '../graph/index.js'
import type {TaskMetrics} from '../metrics/index.js'

/** User functions a partition may need; absent for built-in operators. */
export interface PartitionFunctions {
  /** The key of a record, for `hash` over object batches. */
  readonly selectKey?: (value: unknown) => unknown
  /** Flink's `Partitioner.partition(key, numPartitions)`, for `custom`. */
  readonly partition?: (key: unknown, subpartitionCount: number) => number
  /** The error for what came of these functions, which names the record. */
  readonly explain?: (thrown: unknown, record: unknown) => unknown
}

/**
 * A piece of what is under way in a channel: a chunk of a message with its FRAME_FLAGS, or a control element as an event frame carries it.
 * The bytes are borrowed: valid until the call returns.
 */
export type InFlightItem =
  | {readonly kind: 'chunk'; readonly flags: number; readonly bytes: Uint8Array}
  | {readonly kind: 'event'; readonly bytes: Uint8Array}

/** Takes down what is under way in one channel, in order. */
export type InFlightTaker = (item: InFlightItem) => void

/** What one task produces for one data set: rows go through a partitioner into subpartitions, encoded into segments. */
export interface ResultPartition {
  /** Copies and encodes the rows. Always accepted (overdraft); look at `hasRoom` before the next batch. */
  emit(batch: Batch): void
  /** Sends the element in order to every subpartition; finishes and flushes what was buffered before it. */
  broadcast(element: ControlElement): void
  /** False when the pool is used up or a subpartition has its maximum queued. */
  hasRoom(): boolean
  /** There is room as long as not more than so many bytes lie outside of the pool; 0: as ever. */
  allowOverdraft(bytes: number): void
  /**
   * As `broadcast`, but the barrier goes before all that waits, which is taken down for the checkpoint. Where barriers cannot overtake
   * (`forward`, `rescale`, `broadcast`), it is `broadcast`.
   */
  overtake(barrier: CheckpointBarrier, takerOf: (subpartition: number) => InFlightTaker): void
  /** The barrier of this checkpoint, where it still waits, is replaced by this one and goes before what waits, which is taken down. */
  pullAhead(barrier: CheckpointBarrier, takerOf: (subpartition: number) => InFlightTaker): void
  /** The barrier of this checkpoint waits in a subpartition in which it may yet overtake. The task is woken when it has left. */
  holdsBarrier(checkpointId: number): boolean
  /** Sends what is buffered although segments are not full (the buffer timeout). */
  flush(): void
  /** Every consumer has said that it wants no more; what is emitted is dropped. The task is woken when that comes about. */
  isUnwanted(): boolean
  /** No more data: flushes and ends every subpartition. */
  finish(): void
  /** Frees everything; consumers that have not read all see a failure. */
  release(error?: unknown): void
}

/** What a gate gives: a batch (borrowed until the next poll), an element in order, or the end of a channel. */
export type GateElement =
  | {readonly kind: 'batch'; readonly channel: number; readonly batch: Batch; readonly byteLength: number}
  | {readonly kind: 'control'; readonly channel: number; readonly element: ControlElement}
  | {readonly kind: 'endOfChannel'; readonly channel: number}

/** The inputs of one task from one data set: a channel for each producer's subpartition. */
export interface InputGate {
  readonly inputIndex: number
  readonly channelCount: number
  /** The next element of any channel that has one, fairly; undefined when there is none now. */
  poll(): GateElement | undefined
  /** The next element of this channel only. */
  pollChannel(channel: number): GateElement | undefined
  /** The channel is not read until it is released: what comes waits there, within its credit. Other channels go on. */
  hold(channel: number): void
  releaseHeld(channel: number): void
  /** True once every channel has ended. */
  isFinished(): boolean
  /** Whether barriers may overtake data here; they may not in `forward`, `rescale` and `broadcast`. */
  readonly canBeOvertaken: boolean
  /** A barrier that overtakes data, or may do so later, and has come but may not be the next to be read. Each is told once. */
  pollAnnouncement(): {readonly channel: number; readonly barrier: CheckpointBarrier} | undefined
  /** From now on all that is read of the channel is taken down, with what has been read of a message that is not complete. */
  capture(channel: number, taker: InFlightTaker): void
  /** Takes down what waits before the barrier of this checkpoint (nothing, if it is not there), and no more after it. */
  captureAhead(channel: number, checkpointId: number, taker: InFlightTaker): void
  endCapture(channel: number): void
  /** The task wants no more, and its producers are told. Answers the channels that had not ended; the gate is finished then. */
  endEarly(): readonly number[]
  release(): void
}

/** A task's side of the shuffle. `wake` is called when a gate gets data or a partition gets room. */
export interface TaskShuffleContext {
  readonly taskName: string
  readonly metrics: TaskMetrics
  readonly bufferTimeoutMs: number
  /** What is under way may become part of a checkpoint: messages must stand alone. */
  readonly keepsInFlight?: boolean
  wake(): void
  /** A channel broke: `restartable` errors name the producer. */
  fail(error: unknown): void
}

/** For a task that is restored from an unaligned checkpoint. */
export interface ReplayOptions {
  readonly channels: readonly RestoredChannel[]
  /** Of each gate, for channels that are `rescaled: 'own'`. */
  readonly gates: readonly {
    readonly partitioner: PartitionerSpec | undefined
    readonly channelCount: number
    readonly functions: PartitionFunctions | undefined
  }[]
  readonly subtaskIndex: number
  readonly parallelism: number
  readonly maxParallelism: number
  readFile(file: StateFileHandle): Uint8Array
}

/** What was under way, element by element, as the gates would have given it. */
export interface InFlightReplay {
  /** Undefined: that was all. Batches are borrowed until the next call. */
  next(): {readonly gate: number; readonly element: GateElement} | undefined
}

/**
 * The network environment of one slot: its listening socket, its segment pool, one connection for each pair of slots,
 * channels multiplexed on it. Lives in the slot's thread.
 */
export interface ShuffleEnvironment {
  /** Address consumers connect to. */
  readonly dataAddress: string
  listen(): Promise<void>
  createResultPartition(
    deployment: ResultPartitionDeployment,
    context: TaskShuffleContext,
    functions?: PartitionFunctions,
  ): ResultPartition
  createInputGate(deployment: InputGateDeployment, context: TaskShuffleContext): InputGate
  /** Reads what was under way at the checkpoint that a task is restored from. */
  createReplay(options: ReplayOptions): InFlightReplay
  /** Frees results that nobody will read any more (a finished producer whose consumers were never started). */
  releasePartitions(partitionIds: readonly string[]): void
  /** Segments in use and in all. */
  bufferUsage(): {readonly used: number; readonly total: number}
  close(): Promise<void>
}
