import {
  type BroadcastState,
  type KeyedStateBackend,
  type MapStateDescriptor,
  type OperatorStateStore,
  type State,
  type StateDescriptor,
  VOID_NAMESPACE,
} from '../../state/index.js'
import type {TimerService} from '../functions/index.js'
import type {FunctionLife} from './function-life.js'
import {ReadonlyMapView} from './readonly-map-view.js'
import {RecordContext} from './record-context.js'
import type {RecordOutput} from './record-output.js'

export interface BroadcastRecordContextParts {
  readonly out: RecordOutput
  readonly life: FunctionLife
  readonly timers: TimerService
  /** Of the keyed kind only. */
  readonly state: KeyedStateBackend | undefined
  readonly broadcastState: OperatorStateStore
}

/** The context of both sides of a broadcast process function. */
export class BroadcastRecordContext<K = unknown, OUT = unknown> extends RecordContext<K, OUT> {
  /** A record of the broadcast side is in hand: it may write. */
  isBroadcast = false
  private readonly broadcastState: OperatorStateStore
  private readonly keyedState: KeyedStateBackend | undefined
  private readonly views = new Map<string, ReadonlyMapView<unknown, unknown>>()

  constructor({out, life, timers, state, broadcastState}: BroadcastRecordContextParts) {
    super(out, life, timers, state)
    this.broadcastState = broadcastState
    this.keyedState = state
  }

  getBroadcastState<MK, V>(descriptor: MapStateDescriptor<MK, V>): BroadcastState<MK, V> {
    if (this.isBroadcast) return this.broadcastState.getBroadcastState(descriptor)
    let view = this.views.get(descriptor.name)
    if (view === undefined) {
      view = new ReadonlyMapView<unknown, unknown>(this.broadcastState.getBroadcastState(descriptor), descriptor.name)
      this.views.set(descriptor.name, view)
    }
    return view as unknown as BroadcastState<MK, V>
  }

  applyToKeyedState(descriptor: StateDescriptor, visit: (key: K, state: never) => void): void {
    this.keyedState?.applyToAllKeys<State>(VOID_NAMESPACE, descriptor, visit as (key: unknown, state: State) => void)
  }
}
