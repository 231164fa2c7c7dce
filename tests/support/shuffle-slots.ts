import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Batch} from '../../src/columns/index.js'
import {type ResultPartitionId, type TaskManagerId, taskManagerId} from '../../src/core/index.js'
import type {InputChannelDeployment, PartitionerSpec, ResultPartitionDeployment} from '../../src/graph/index.js'
import {TaskMetrics} from '../../src/metrics/index.js'
import {
  createShuffleEnvironment,
  type GateElement,
  type InputGate,
  NetworkBufferPool,
  type PartitionFunctions,
  type ResultPartition,
  type ShuffleEnvironment,
  type ShuffleTransport,
  UnixSocketTransport,
} from '../../src/shuffle/index.js'
import {ManualTimers} from './manual-timers.js'

export interface ShuffleSlotsOptions {
  readonly slotCount: number
  /** Unix domain sockets where absent. */
  readonly transport?: ShuffleTransport
  readonly segmentSizeBytes?: number
  /** Segments of each slot's pool. */
  readonly segments?: number
  readonly buffersPerChannel?: number
  readonly floatingBuffersPerGate?: number
  readonly maxBuffersPerChannel?: number
  readonly messageRowsMax?: number
}

/** A task's side, with what happened to it. */
export class TaskSide {
  readonly metrics = new TaskMetrics()
  readonly failures: unknown[] = []
  wakes = 0
  constructor(
    readonly taskName: string,
    readonly bufferTimeoutMs = 10,
  ) {}
  wake(): void {
    this.wakes += 1
  }
  fail(error: unknown): void {
    this.failures.push(error)
  }
}

/** The shuffle environments of a few slots in one process, each with a pool of its own. */
export class ShuffleSlots {
  readonly timers = new ManualTimers()
  readonly pools: NetworkBufferPool[] = []
  readonly environments: ShuffleEnvironment[] = []
  private readonly folder = mkdtempSync(join(tmpdir(), 'fts-shuffle-'))

  private constructor(private readonly options: ShuffleSlotsOptions) {}

  static async start(options: ShuffleSlotsOptions): Promise<ShuffleSlots> {
    const slots = new ShuffleSlots(options)
    for (let slot = 0; slot < options.slotCount; slot++) await slots.add(slot)
    return slots
  }

  address(slot: number): string {
    return join(this.folder, `${slot}.sock`)
  }

  partition(
    of: {
      readonly slot: number
      readonly id: string
      readonly subpartitions: number
      readonly partitioner?: PartitionerSpec
      readonly maxParallelism?: number
      readonly task?: TaskSide
    },
    functions?: PartitionFunctions,
  ): ResultPartition {
    const deployment: ResultPartitionDeployment = {
      partitionId: of.id as ResultPartitionId,
      type: 'PIPELINED_BOUNDED',
      subpartitionCount: of.subpartitions,
      partitioner: of.partitioner ?? {kind: 'rebalance'},
      maxParallelism: of.maxParallelism ?? 128,
    }
    return this.environments[of.slot].createResultPartition(
      deployment,
      of.task ?? new TaskSide(`producer ${of.id}`),
      functions,
    )
  }

  gate(of: {
    readonly slot: number
    readonly channels: readonly {readonly slot: number; readonly id: string; readonly subpartition: number}[]
    readonly partitioner?: PartitionerSpec
    readonly task?: TaskSide
  }): InputGate {
    const channels = of.channels.map(
      ({slot, id, subpartition}): InputChannelDeployment => ({
        partitionId: id as ResultPartitionId,
        subpartitionIndex: subpartition,
        producer: {
          taskManagerId: taskManagerId(`tm-${slot}`) as TaskManagerId,
          slotIndex: slot,
          dataAddress: this.address(slot),
        },
      }),
    )
    const {partitioner, task = new TaskSide('consumer')} = of
    const deployment = {inputIndex: 0, channels, ...(partitioner === undefined ? {} : {partitioner})}
    return this.environments[of.slot].createInputGate(deployment, task)
  }

  /** Reserved segments, used segments and bytes outside of the pools, all slots together. */
  held(): number {
    return this.pools.reduce((sum, pool) => sum + pool.reservedSegments + pool.usedSegments + pool.overdraftBytes, 0)
  }

  async close(): Promise<void> {
    await Promise.all(this.environments.map((environment) => environment.close()))
    rmSync(this.folder, {recursive: true, force: true})
  }

  private async add(slot: number): Promise<void> {
    const {options} = this
    const segmentSizeBytes = options.segmentSizeBytes ?? 32 * 1024
    const pool = new NetworkBufferPool({totalBytes: segmentSizeBytes * (options.segments ?? 512), segmentSizeBytes})
    const environment = createShuffleEnvironment({
      dataAddress: this.address(slot),
      transport: options.transport ?? new UnixSocketTransport(),
      pool,
      buffersPerChannel: options.buffersPerChannel ?? 2,
      floatingBuffersPerGate: options.floatingBuffersPerGate ?? 32,
      maxBuffersPerChannel: options.maxBuffersPerChannel ?? 32,
      partitionRequestTimeoutMs: 10_000,
      timers: this.timers,
      ...(options.messageRowsMax === undefined ? {} : {messageRowsMax: options.messageRowsMax}),
    })
    await environment.listen()
    this.pools.push(pool)
    this.environments.push(environment)
  }
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Turns until the condition holds; fails after very many. */
export async function turnsUntil(condition: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 200_000) throw new Error(`never: ${what}`)
    await turn()
  }
}

/** The next element of the gate, waiting for it. Batches are copied to arrays of values. */
export async function next(gate: InputGate): Promise<GateElement> {
  let element: GateElement | undefined
  await turnsUntil(() => (element = gate.poll()) !== undefined, 'the gate has an element')
  return element as GateElement
}

/** Everything until the gate has ended, as text: rows as JSON, elements by kind. */
export async function drain(gate: InputGate): Promise<string[]> {
  const seen: string[] = []
  await turnsUntil(() => {
    for (let element = gate.poll(); element !== undefined; element = gate.poll()) {
      if (element.kind === 'batch') seen.push(...rowsOf(element.batch).map((row) => JSON.stringify(row)))
      else seen.push(element.kind === 'control' ? element.element.kind : `end of ${element.channel}`)
    }
    return gate.isFinished()
  }, 'the gate has ended')
  return seen
}

export function objects(values: readonly unknown[]): Batch {
  return {kind: 'objects', rowCount: values.length, values}
}

/** The rows of a batch as plain values: texts and numbers of the first column, or the objects. */
export function rowsOf(batch: Batch): unknown[] {
  if (batch.kind === 'bytes') return [Buffer.from(batch.bytes).toString()]
  if (batch.kind === 'objects') return batch.values.slice(0, batch.rowCount)
  const column = batch.columns[0]
  return Array.from({length: batch.rowCount}, (_, row) =>
    column.type === 'utf8'
      ? Buffer.from(column.bytes.subarray(column.offsets[row], column.offsets[row + 1])).toString()
      : column.values[row],
  )
}
