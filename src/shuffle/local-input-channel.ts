import type {FtsError} from '../core/index.js'
import type {ChannelItem, InputChannel, InputChannelParent} from './input-channel.js'
import type {PartitionRegistry} from './partition-registry.js'
import type {Subpartition, SubpartitionReader} from './subpartition.js'

export interface LocalInputChannelParts {
  readonly gate: InputChannelParent
  readonly channelIndex: number
  readonly registry: PartitionRegistry
  readonly partitionId: string
  readonly subpartitionIndex: number
}

/** A channel from a producer in the same slot: it reads the producer's segments by reference, without socket and credit. */
export class LocalInputChannel implements InputChannel, SubpartitionReader {
  private subpartition: Subpartition | undefined
  private isReleased = false
  private announcedId = 0
  private forget = () => {}

  constructor(private readonly parts: LocalInputChannelParts) {}

  request(): void {
    const {registry, partitionId, subpartitionIndex} = this.parts
    this.forget = registry.request({
      partitionId,
      subpartitionIndex,
      found: (subpartition) => {
        this.subpartition = subpartition
        subpartition.attach(this)
      },
      failed: (error) => this.failed(error),
    })
  }

  get hasItems(): boolean {
    return (this.subpartition?.peekKind() ?? 'none') !== 'none'
  }

  poll(): ChannelItem | undefined {
    return this.subpartition?.poll()
  }

  /** What waits is the producer's, which has taken it down. */
  captureAhead(): void {}

  release(hasEnough = false): void {
    if (this.isReleased) return
    this.isReleased = true
    this.forget()
    this.subpartition?.cancel(hasEnough)
    this.subpartition = undefined
  }

  itemsAvailable(): void {
    const barrier = this.subpartition?.peekBarrier()
    if (barrier?.options.alignment === 'unaligned' && barrier.checkpointId > this.announcedId) {
      this.announcedId = barrier.checkpointId
      this.parts.gate.barrierCame(this.parts.channelIndex, barrier)
    }
    this.parts.gate.itemsAvailable(this.parts.channelIndex)
  }

  failed(error: FtsError): void {
    if (!this.isReleased) this.parts.gate.failed(error)
  }
}
