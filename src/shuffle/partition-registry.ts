import {FtsError} from '../core/index.js'
import type {Timer, Timers} from '../platform/index.js'
import type {PipelinedResultPartition} from './pipelined-result-partition.js'
import type {Subpartition} from './subpartition.js'

export interface SubpartitionRequest {
  readonly partitionId: string
  readonly subpartitionIndex: number
  found(subpartition: Subpartition): void
  /** The partition did not appear in time, or has no such subpartition to give. */
  failed(error: FtsError): void
}

interface WaitingRequest {
  readonly request: SubpartitionRequest
  readonly timer: Timer
}

/** The partitions of one slot, and the requests for those that its tasks have not created yet. */
export class PartitionRegistry {
  private readonly partitions = new Map<string, PipelinedResultPartition>()
  private readonly waiting = new Map<string, Set<WaitingRequest>>()

  constructor(
    private readonly timers: Timers,
    private readonly requestTimeoutMs: number,
    private readonly dataAddress: string,
  ) {}

  all(): readonly PipelinedResultPartition[] {
    return [...this.partitions.values()]
  }

  get(partitionId: string): PipelinedResultPartition | undefined {
    return this.partitions.get(partitionId)
  }

  add(partition: PipelinedResultPartition): void {
    this.partitions.set(partition.partitionId, partition)
    const waiting = this.waiting.get(partition.partitionId)
    if (waiting === undefined) return
    this.waiting.delete(partition.partitionId)
    for (const {request, timer} of waiting) {
      timer.cancel()
      this.answer(partition, request)
    }
  }

  remove(partition: PipelinedResultPartition): void {
    this.partitions.delete(partition.partitionId)
  }

  /** Answers now or later; what is returned takes the request back. */
  request(request: SubpartitionRequest): () => void {
    const partition = this.partitions.get(request.partitionId)
    if (partition === undefined) return this.wait(request)
    this.answer(partition, request)
    return () => {}
  }

  close(): void {
    for (const waiting of this.waiting.values()) for (const {timer} of waiting) timer.cancel()
    this.waiting.clear()
  }

  private wait(request: SubpartitionRequest): () => void {
    const timer = this.timers.after(this.requestTimeoutMs, () => {
      forget()
      request.failed(this.notFound(request))
    })
    const entry: WaitingRequest = {request, timer}
    const waiting = this.waiting.get(request.partitionId) ?? new Set()
    this.waiting.set(request.partitionId, waiting.add(entry))
    const forget = () => {
      timer.cancel()
      waiting.delete(entry)
      if (waiting.size === 0 && this.waiting.get(request.partitionId) === waiting)
        this.waiting.delete(request.partitionId)
    }
    return forget
  }

  private answer(partition: PipelinedResultPartition, request: SubpartitionRequest): void {
    const subpartition = partition.subpartition(request.subpartitionIndex)
    if (subpartition === undefined || subpartition.isReleased || subpartition.hasReader)
      request.failed(notReadable(request))
    else request.found(subpartition)
  }

  private notFound(request: SubpartitionRequest): FtsError {
    const {partitionId, subpartitionIndex} = request
    return new FtsError(
      'restartable',
      'FTS_PARTITION_NOT_FOUND',
      `the result ${partitionId} did not appear in the slot at ${this.dataAddress} within ${this.requestTimeoutMs} ms`,
      {partitionId, subpartitionIndex, dataAddress: this.dataAddress, timeoutMs: this.requestTimeoutMs},
      {
        tryThis:
          'Its producer has failed or is slow to start; taskmanager.network.partition-request-timeout says how long to wait.',
      },
    )
  }
}

function notReadable(request: SubpartitionRequest): FtsError {
  const {partitionId, subpartitionIndex} = request
  return new FtsError(
    'restartable',
    'FTS_PARTITION_CONSUMED',
    `subpartition ${subpartitionIndex} of the result ${partitionId} does not exist or is being read by another consumer: ` +
      'a pipelined result can be read once',
    {partitionId, subpartitionIndex},
  )
}
