import type {CheckpointBarrier} from '../core/index.js'
import {type ChannelEvent, encodeEvent} from './channel-events.js'
import type {InFlightTaker} from './contract.js'
import type {NetworkSegment} from './network-segment.js'

type Item = NetworkSegment | {readonly kind: 'event'; readonly event: ChannelEvent}

/** Takes down one item of a channel. Barriers and the end of the channel are no data: they come about again by themselves. */
export function captureItem(item: Item, taker: InFlightTaker): void {
  if (item.kind === 'segment') taker({kind: 'chunk', flags: item.flags, bytes: item.payload()})
  else if (item.event.kind !== 'checkpointBarrier' && item.event.kind !== 'endOfChannel')
    taker({kind: 'event', bytes: encodeEvent(item.event)})
}

/** Where the barrier of a checkpoint waits; -1: nowhere. */
export function indexOfBarrier(
  items: {readonly length: number; at(index: number): {readonly kind: string} | undefined},
  checkpointId: number,
): number {
  for (let i = 0; i < items.length; i++) {
    const item = items.at(i) as Item
    if (item.kind !== 'event' || item.event.kind !== 'checkpointBarrier') continue
    if (item.event.checkpointId === checkpointId) return i
  }
  return -1
}

/** Whether the barrier overtakes data, or will if it takes too long. */
export function mayOvertake({options}: CheckpointBarrier): boolean {
  return options.alignment === 'unaligned' || options.alignedTimeoutMs !== undefined
}
