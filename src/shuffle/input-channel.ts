import type {ChannelEvent} from './channel-events.js'
import type {NetworkSegment} from './network-segment.js'

/** An item of a channel as its gate reads it: a chunk of a message, the gate's to release, or an event. */
export type ChannelItem = NetworkSegment | {readonly kind: 'event'; readonly event: ChannelEvent}

/** One input of a gate. */
export interface InputChannel {
  poll(): ChannelItem | undefined
  readonly hasItems: boolean
  /** Wants no more: frees what was received, and the producer's subpartition. */
  release(): void
}

/** What a channel tells its gate. */
export interface InputChannelParent {
  /** The channel may have items. */
  itemsAvailable(channelIndex: number): void
  failed(error: unknown): void
}
