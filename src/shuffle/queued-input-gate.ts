import {performance} from 'node:perf_hooks'
import type {CheckpointBarrier} from '../core/index.js'
import type {InputGateDeployment} from '../graph/index.js'
import type {TaskCounter} from '../metrics/index.js'
import type {BatchDeserializer} from '../types/index.js'
import {canBeOvertaken} from './can-be-overtaken.js'
import {captureItem} from './capture-item.js'
import type {ConsumerConnection} from './consumer-connection.js'
import type {GateElement, InFlightTaker, InputGate, TaskShuffleContext} from './contract.js'
import {CreditLedger} from './credit-ledger.js'
import {Fifo} from './fifo.js'
import {FRAME_FLAGS} from './frames.js'
import type {ChannelItem, InputChannel, InputChannelParent} from './input-channel.js'
import type {LocalBufferPool} from './local-buffer-pool.js'
import {LocalInputChannel} from './local-input-channel.js'
import {MessageAssembler} from './message-assembler.js'
import type {NetworkBufferPool} from './network-buffer-pool.js'
import type {NetworkSegment} from './network-segment.js'
import type {PartitionRegistry} from './partition-registry.js'
import {RemoteInputChannel} from './remote-input-channel.js'

export interface InputGateLimits {
  readonly buffersPerChannel: number
  readonly floatingBuffersPerGate: number
}

export interface QueuedInputGateParts {
  readonly deployment: InputGateDeployment
  readonly context: TaskShuffleContext
  readonly pool: NetworkBufferPool
  readonly limits: InputGateLimits
  readonly registry: PartitionRegistry
  /** Address of this slot: producers there are read without a socket. */
  readonly dataAddress: string
  createDeserializer(): BatchDeserializer
  connectionTo(producerAddress: string): ConsumerConnection
  onReleased(gate: QueuedInputGate): void
}

/** One channel with what the gate knows of it. */
interface Input {
  readonly channel: InputChannel
  readonly messages: MessageAssembler
  readonly deserializer: BatchDeserializer
  isQueued: boolean
  /** Takes down what is read, for a checkpoint. */
  taker: InFlightTaker | undefined
  /** Not to be read for now: a barrier waits for those of other channels. */
  isHeld: boolean
  hasEnded: boolean
}

/**
 * The input of a task from one data set.
 *
 * Channels with items stand in a queue; one that has given an item goes to the back. A batch is a view of the segment it came in,
 * which is given back, and so becomes credit, at the next poll.
 */
export class QueuedInputGate implements InputGate, InputChannelParent {
  readonly inputIndex: number
  private readonly inputs: readonly Input[]
  readonly canBeOvertaken: boolean
  private readonly queue = new Fifo<number>()
  private readonly announcements = new Fifo<{readonly channel: number; readonly barrier: CheckpointBarrier}>()
  private readonly localPool: LocalBufferPool
  private readonly ledger: CreditLedger
  private endedChannels = 0
  /** The last poll gave nothing: whoever polls waits to be woken. */
  private isAwaited = true
  private borrowedFrom: Input | undefined
  private isReleased = false
  private buffersTotalShown = 0
  private filledSegments = 0

  constructor(private readonly parts: QueuedInputGateParts) {
    const {deployment, context, limits, pool, dataAddress} = parts
    this.inputIndex = deployment.inputIndex
    this.canBeOvertaken =
      context.keepsInFlight === true && deployment.partitioner !== undefined && canBeOvertaken(deployment.partitioner)
    const remoteCount = deployment.channels.filter(({producer}) => producer.dataAddress !== dataAddress).length
    this.localPool = pool.createLocalPool({
      name: `${context.taskName}'s input ${deployment.inputIndex}`,
      required: remoteCount * limits.buffersPerChannel,
      minimum: remoteCount,
      max: remoteCount * limits.buffersPerChannel + (remoteCount > 0 ? limits.floatingBuffersPerGate : 0),
      onAvailable: () => this.ledger.segmentAvailable(),
    })
    this.ledger = new CreditLedger(this.localPool, limits.buffersPerChannel, limits.floatingBuffersPerGate)
    this.inputs = deployment.channels.map((_, index) => this.createInput(index))
  }

  get channelCount(): number {
    return this.inputs.length
  }

  /** Asks the producers for their subpartitions. */
  request(): void {
    this.ledger.grantExclusive()
    this.parts.deployment.channels.forEach(({producer}, index) => {
      const {channel} = this.inputs[index]
      if (channel instanceof LocalInputChannel) channel.request()
      else if (channel instanceof RemoteInputChannel) channel.connect(this.parts.connectionTo(producer.dataAddress))
    })
    this.showBuffers()
  }

  poll(): GateElement | undefined {
    this.giveBack()
    for (let index = this.queue.shift(); index !== undefined; index = this.queue.shift()) {
      const input = this.inputs[index]
      input.isQueued = false
      if (input.isHeld) continue
      const item = input.channel.poll()
      if (item === undefined) continue
      if (input.channel.hasItems) this.enqueue(index)
      const element = this.read(input, index, item)
      if (element !== undefined) return element
    }
    this.isAwaited = true
    return undefined
  }

  /** Leaves the channel where it stands in the queue: a turn there that finds nothing is skipped. */
  pollChannel(index: number): GateElement | undefined {
    this.giveBack()
    const input = this.inputs[index]
    for (let item = pollUnlessHeld(input); item !== undefined; item = input.channel.poll()) {
      const element = this.read(input, index, item)
      if (element !== undefined) return element
    }
    this.isAwaited = true
    return undefined
  }

  hold(index: number): void {
    this.inputs[index].isHeld = true
  }

  releaseHeld(index: number): void {
    const input = this.inputs[index]
    input.isHeld = false
    if (!this.isReleased && input.channel.hasItems) this.enqueue(index)
  }

  pollAnnouncement(): {readonly channel: number; readonly barrier: CheckpointBarrier} | undefined {
    return this.announcements.shift()
  }

  capture(index: number, taker: InFlightTaker): void {
    const input = this.inputs[index]
    input.taker = taker
    this.capturePartial(input, taker)
  }

  captureAhead(index: number, checkpointId: number, taker: InFlightTaker): void {
    const input = this.inputs[index]
    if (input.taker === undefined) this.capturePartial(input, taker)
    input.taker = undefined
    input.channel.captureAhead({checkpointId, taker})
  }

  endCapture(index: number): void {
    this.inputs[index].taker = undefined
  }

  isFinished(): boolean {
    return this.endedChannels === this.inputs.length
  }

  endEarly(): readonly number[] {
    const open = this.inputs.flatMap((input, index) => (input.hasEnded ? [] : [index]))
    for (const index of open) this.inputs[index].hasEnded = true
    this.endedChannels = this.inputs.length
    this.releaseAll(true)
    return open
  }

  release(): void {
    this.releaseAll(false)
  }

  itemsAvailable(index: number): void {
    if (this.isReleased || this.inputs[index].isHeld) return
    this.enqueue(index)
    if (!this.isAwaited) return
    this.isAwaited = false
    this.parts.context.wake()
  }

  barrierCame(channel: number, barrier: CheckpointBarrier): void {
    if (this.isReleased || !this.canBeOvertaken) return
    this.announcements.push({channel, barrier})
    this.parts.context.wake()
  }

  failed(error: unknown): void {
    if (!this.isReleased) this.parts.context.fail(error)
  }

  private releaseAll(hasEnough: boolean): void {
    if (this.isReleased) return
    this.giveBack()
    this.hideBuffers()
    this.isReleased = true
    this.queue.clear()
    for (const {channel} of this.inputs) channel.release(hasEnough)
    this.localPool.close()
    this.parts.onReleased(this)
  }

  private createInput(index: number): Input {
    const {deployment, dataAddress, registry, createDeserializer} = this.parts
    const {partitionId, subpartitionIndex, producer} = deployment.channels[index]
    const common = {gate: this, channelIndex: index, partitionId, subpartitionIndex}
    const channel =
      producer.dataAddress === dataAddress
        ? new LocalInputChannel({...common, registry})
        : new RemoteInputChannel({
            ...common,
            pool: this.localPool,
            ledger: this.ledger,
            producer: `slot ${producer.slotIndex} of TaskManager ${producer.taskManagerId}`,
            charge: (milliseconds) => this.count('transferMs', milliseconds),
            filledChanged: (change) => this.filledChanged(change),
          })
    return {
      channel,
      messages: new MessageAssembler(),
      deserializer: createDeserializer(),
      isQueued: false,
      taker: undefined,
      isHeld: false,
      hasEnded: false,
    }
  }

  private enqueue(index: number): void {
    const input = this.inputs[index]
    if (input.isQueued) return
    input.isQueued = true
    this.queue.push(index)
  }

  /** The next element, or undefined if the channel's item was only a part of a message. */
  private read(input: Input, index: number, item: ChannelItem): GateElement | undefined {
    if (input.taker !== undefined) captureItem(item, input.taker)
    if (item.kind === 'segment') return this.readChunk(input, index, item)
    const {event} = item
    if (event.kind !== 'endOfChannel') return {kind: 'control', channel: index, element: event}
    input.hasEnded = true
    this.endedChannels += 1
    return {kind: 'endOfChannel', channel: index}
  }

  private readChunk(input: Input, index: number, segment: NetworkSegment): GateElement | undefined {
    const beginMs = performance.now()
    const message = input.messages.take(segment)
    if (message === undefined) return undefined
    this.borrowedFrom = input
    const batch = input.deserializer.read(message)
    this.count('recordsIn', batch.rowCount)
    this.count('bytesIn', message.byteLength)
    this.count('batchesIn', 1)
    this.count('transferMs', performance.now() - beginMs)
    return {kind: 'batch', channel: index, batch, byteLength: message.byteLength}
  }

  private capturePartial({messages}: Input, taker: InFlightTaker): void {
    const {partial} = messages
    if (partial.byteLength > 0) taker({kind: 'chunk', flags: FRAME_FLAGS.first, bytes: partial})
  }

  private giveBack(): void {
    this.borrowedFrom?.messages.release()
    this.borrowedFrom = undefined
  }

  private filledChanged(change: 1 | -1): void {
    this.filledSegments += change
    this.count('inputBuffersUsed', change)
    if (change > 0) this.showBuffers()
  }

  private showBuffers(): void {
    const {size} = this.localPool
    if (size === this.buffersTotalShown) return
    this.count('inputBuffersTotal', size - this.buffersTotalShown)
    this.buffersTotalShown = size
  }

  private hideBuffers(): void {
    this.count('inputBuffersUsed', -this.filledSegments)
    this.filledSegments = 0
  }

  private count(counter: TaskCounter, amount: number): void {
    if (!this.isReleased) this.parts.context.metrics.add(counter, amount)
  }
}

function pollUnlessHeld({channel, isHeld}: Input): ChannelItem | undefined {
  return isHeld ? undefined : channel.poll()
}
