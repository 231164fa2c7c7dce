import {FtsError} from '../core/index.js'
import type {InputGateDeployment, ResultPartitionDeployment} from '../graph/index.js'
import {type Log, NodeRandom, NodeTimers, type Random, SilentLog, type Timers} from '../platform/index.js'
import {
  type BatchDeserializer,
  type BatchSerializer,
  createBatchDeserializer,
  createBatchSerializer,
  hashKey,
} from '../types/index.js'
import {canBeOvertaken} from './can-be-overtaken.js'
import {ChannelsReplay} from './channels-replay.js'
import {ConsumerConnection} from './consumer-connection.js'
import type {
  InFlightReplay,
  InputGate,
  PartitionFunctions,
  ReplayOptions,
  ResultPartition,
  ShuffleEnvironment,
  TaskShuffleContext,
} from './contract.js'
import type {NetworkBufferPool} from './network-buffer-pool.js'
import {PartitionRegistry} from './partition-registry.js'
import {createRowPartitioner} from './partitioners/create-row-partitioner.js'
import {PipelinedResultPartition} from './pipelined-result-partition.js'
import {ProducerConnection} from './producer-connection.js'
import {QueuedInputGate} from './queued-input-gate.js'
import {MESSAGE_ROWS_MAX} from './subpartition-writer.js'
import type {ByteConnection, ShuffleListener, ShuffleTransport} from './transport.js'

/** How batches become bytes; `src/types` unless a test brings something simpler. */
export interface ShuffleCodec {
  createBatchSerializer(options: {readonly channelName: string; readonly standAlone?: boolean}): BatchSerializer
  createBatchDeserializer(): BatchDeserializer
  hashKey(key: unknown): number
}

export interface ShuffleEnvironmentOptions {
  /** Where this slot listens; for Unix sockets a path in the run directory. */
  readonly dataAddress: string
  readonly transport: ShuffleTransport
  /** The slot's network memory. */
  readonly pool: NetworkBufferPool
  /** `taskmanager.network.memory.buffers-per-channel`, at least 1. */
  readonly buffersPerChannel: number
  /** `taskmanager.network.memory.floating-buffers-per-gate`. */
  readonly floatingBuffersPerGate: number
  /** `taskmanager.network.memory.max-buffers-per-channel`, at least 1. */
  readonly maxBuffersPerChannel: number
  /** `taskmanager.network.partition-request-timeout`. */
  readonly partitionRequestTimeoutMs: number
  /** Rows after which a message is sent; for benchmarks and tests. */
  readonly messageRowsMax?: number
  readonly codec?: ShuffleCodec
  readonly timers?: Timers
  readonly random?: Random
  readonly log?: Log
}

const CODEC: ShuffleCodec = {createBatchSerializer, createBatchDeserializer, hashKey}

/** The shuffle of one slot; see the contract. */
export function createShuffleEnvironment(options: ShuffleEnvironmentOptions): ShuffleEnvironment {
  return new SlotShuffleEnvironment(options)
}

class SlotShuffleEnvironment implements ShuffleEnvironment {
  private readonly codec: ShuffleCodec
  private readonly timers: Timers
  private readonly random: Random
  private readonly log: Log
  private readonly registry: PartitionRegistry
  private readonly gates = new Set<QueuedInputGate>()
  private readonly producers = new Set<ProducerConnection>()
  private readonly consumers = new Map<string, ConsumerConnection>()
  private listener: ShuffleListener | undefined

  constructor(private readonly options: ShuffleEnvironmentOptions) {
    this.codec = options.codec ?? CODEC
    this.timers = options.timers ?? new NodeTimers()
    this.random = options.random ?? new NodeRandom()
    this.log = options.log ?? new SilentLog()
    this.registry = new PartitionRegistry(this.timers, options.partitionRequestTimeoutMs, options.dataAddress)
  }

  get dataAddress(): string {
    return this.options.dataAddress
  }

  async listen(): Promise<void> {
    const {transport, dataAddress} = this.options
    this.listener = await transport.listen(dataAddress, (connection) => this.accept(connection))
  }

  createResultPartition(
    deployment: ResultPartitionDeployment,
    context: TaskShuffleContext,
    functions: PartitionFunctions = {},
  ): ResultPartition {
    if (deployment.type === 'BLOCKING') throw blockingResult(deployment, context)
    const {codec, random, options} = this
    const standAlone = context.keepsInFlight === true && canBeOvertaken(deployment.partitioner)
    const partition: PipelinedResultPartition = new PipelinedResultPartition({
      deployment,
      context,
      pool: options.pool,
      limits: {...options, messageRowsMax: options.messageRowsMax ?? MESSAGE_ROWS_MAX},
      partitioner: createRowPartitioner({deployment, functions, random, hashKey: (key) => codec.hashKey(key)}),
      timers: this.timers,
      createSerializer: () =>
        codec.createBatchSerializer({channelName: `the output of ${context.taskName}`, standAlone}),
      onGone: () => this.registry.remove(partition),
    })
    this.registry.add(partition)
    return partition
  }

  createInputGate(deployment: InputGateDeployment, context: TaskShuffleContext): InputGate {
    const {pool, dataAddress} = this.options
    const gate = new QueuedInputGate({
      deployment,
      context,
      pool,
      limits: this.options,
      registry: this.registry,
      dataAddress,
      createDeserializer: () => this.codec.createBatchDeserializer(),
      connectionTo: (address) => this.connectionTo(address),
      onReleased: (released) => this.gates.delete(released),
    })
    this.gates.add(gate)
    gate.request()
    return gate
  }

  createReplay(options: ReplayOptions): InFlightReplay {
    const {codec, random} = this
    return new ChannelsReplay(options, {codec, random})
  }

  releasePartitions(partitionIds: readonly string[]): void {
    for (const partitionId of partitionIds) this.registry.get(partitionId)?.release()
  }

  bufferUsage(): {readonly used: number; readonly total: number} {
    const {pool} = this.options
    return {used: pool.usedSegments, total: pool.totalSegments}
  }

  async close(): Promise<void> {
    this.registry.close()
    for (const gate of [...this.gates]) gate.release()
    for (const partition of this.registry.all()) partition.release()
    for (const connection of [...this.consumers.values()]) connection.destroy()
    for (const connection of [...this.producers]) connection.destroy()
    await this.listener?.close()
    this.listener = undefined
  }

  private accept(connection: ByteConnection): void {
    const {dataAddress, pool} = this.options
    this.producers.add(
      new ProducerConnection({
        connection,
        registry: this.registry,
        dataAddress,
        segmentSizeBytes: pool.segmentSizeBytes,
        charge: (milliseconds, partitionIds) => this.charge(milliseconds, partitionIds),
        onClosed: (closed, reason) => this.producerClosed(closed, reason),
      }),
    )
  }

  private charge(milliseconds: number, partitionIds: readonly string[]): void {
    const share = milliseconds / partitionIds.length
    for (const partitionId of partitionIds) this.registry.get(partitionId)?.charge(share)
  }

  private producerClosed(connection: ProducerConnection, reason: FtsError | undefined): void {
    this.producers.delete(connection)
    if (reason === undefined) return
    this.log.write('error', 'a data connection was refused', {dataAddress: this.dataAddress, reason: reason.message})
  }

  private connectionTo(producerAddress: string): ConsumerConnection {
    const existing = this.consumers.get(producerAddress)
    if (existing !== undefined) return existing
    const {dataAddress, pool, transport} = this.options
    const connection = new ConsumerConnection({
      connection: transport.connect(producerAddress),
      dataAddress,
      producerAddress,
      segmentSizeBytes: pool.segmentSizeBytes,
      payloadBytesMax: pool.payloadBytesMax,
      onClosed: (closed) => this.consumerClosed(closed),
    })
    this.consumers.set(producerAddress, connection)
    return connection
  }

  private consumerClosed(connection: ConsumerConnection): void {
    const {producerAddress} = connection
    if (this.consumers.get(producerAddress) === connection) this.consumers.delete(producerAddress)
  }
}

function blockingResult(deployment: ResultPartitionDeployment, context: TaskShuffleContext): FtsError {
  const {partitionId} = deployment
  return new FtsError(
    'invariant',
    'FTS_BLOCKING_RESULT',
    `${context.taskName} is to produce the blocking result ${partitionId}; this shuffle makes pipelined results only`,
    {partitionId},
  )
}
