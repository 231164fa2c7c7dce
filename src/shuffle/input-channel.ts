import type {ChannelEvent} from './channel-events.js'
import type {NetworkSegment} from './network-segment.js'

/** An item of a channel as its gate reads it: a chunk of a message, the gate's to release, or an event. */
export type ChannelItem = NetworkSegment | {readonly kind: 'event'; readonly event: ChannelEvent}

/** One input of a gate. */
export interface InputChannel {
  poll(): ChannelItem | undefined
  readonly hasItems: boolean
  /** Frees what was received, and the producer's subpartition. `hasEnough`: not because something went wrong, but all wanted was read. */
  release(hasEnough?: boolean): void
}

/** What a channel tells its gate. */
export interface InputChannelParent {
  /** The channel may have items. */
  itemsAvailable(channelIndex: number): void
  failed(error: unknown): void
}
