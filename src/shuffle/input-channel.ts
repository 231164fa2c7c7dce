import type {CheckpointBarrier} from '../core/index.js'
import type {ChannelEvent} from './channel-events.js'
import type {InFlightTaker} from './contract.js'
import type {NetworkSegment} from './network-segment.js'

/** An item of a channel as its gate reads it: a chunk of a message, the gate's to release, or an event. */
export type ChannelItem = NetworkSegment | {readonly kind: 'event'; readonly event: ChannelEvent}

/** Where a barrier waits in a channel; what is before it may be taken down. */
export interface AheadOfBarrier {
  readonly checkpointId: number
  readonly taker: InFlightTaker
}

/** One input of a gate. */
export interface InputChannel {
  poll(): ChannelItem | undefined
  readonly hasItems: boolean
  /** Takes down the items before a barrier; none, if it is not there. */
  captureAhead(of: AheadOfBarrier): void
  /** Frees what was received, and the producer's subpartition. `hasEnough`: not because something went wrong, but all wanted was read. */
  release(hasEnough?: boolean): void
}

/** What a channel tells its gate. */
export interface InputChannelParent {
  /** The channel may have items. */
  itemsAvailable(channelIndex: number): void
  /** A barrier has come that overtakes, or may overtake, what waits. */
  barrierCame(channelIndex: number, barrier: CheckpointBarrier): void
  failed(error: unknown): void
}
