import type {MapStateDescriptor} from '../state/index.js'
import type {StreamEnd} from './transformation.js'

/** A stream that every subtask gets, together with the broadcast state its records change. `connect` another stream with it. */
export class BroadcastStream<T> {
  /** Types only. */
  declare readonly content?: T

  /** @internal */
  constructor(
    /** @internal */
    readonly ends: readonly StreamEnd[],
    /** The states that `ctx.getBroadcastState` will be asked for. */
    // biome-ignore lint/suspicious/noExplicitAny: broadcast state of any content
    readonly states: readonly MapStateDescriptor<any, any>[],
  ) {}
}
